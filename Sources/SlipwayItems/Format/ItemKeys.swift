/// The keys that item features have in Redis.
///
///     item:42                        HASH of an item: column → value; where nobody keeps generations
///     item:20261201T101500:42        the same of one generation
///     {item:}current                 STRING: the generation that is served; absent where there are none
///     {item:}columns                 HASH: column → type, where there are no generations; may be absent
///     {item:}columns:20261201T101500 the same of one generation
///     {item:}generations             HASH: generation → what is known of it, as JSON
///     {item:}loading                 STRING: who loads at present; ends by itself
///
/// What is not an item's has braces, so that it lies on one node of a cluster, where it is changed at once.
package struct ItemKeys: Sendable, Equatable {
    package let prefix: String

    package init(prefix: String) { self.prefix = prefix }

    package func item(_ id: String, _ generation: String?) -> String {
        generation.map { "\(prefix)\($0):\(id)" } ?? prefix + id
    }

    package var current: String { "{\(prefix)}current" }
    package var generations: String { "{\(prefix)}generations" }
    package var loading: String { "{\(prefix)}loading" }

    package func columns(_ generation: String?) -> String {
        "{\(prefix)}columns" + (generation.map { ":\($0)" } ?? "")
    }

    /// A pattern for the items of a generation, as SCAN takes it.
    package func pattern(_ generation: String) -> String {
        let own = "\(prefix)\(generation):"
        return own.map { "*?[]\\^".contains($0) ? "\\\($0)" : String($0) }.joined() + "*"
    }

    /// Whether a generation may be called so.
    package static func isGeneration(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || [0x2d, 0x2e, 0x5f].contains($0)
            }
    }
}
