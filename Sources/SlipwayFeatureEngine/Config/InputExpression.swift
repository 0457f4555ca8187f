import SlipwayCore

/// Where an input's value comes from.
enum FeatureSide: String, Sendable {
    case user, item, context
    /// Another feature's output.
    case feature
    /// The text after the colon itself.
    case const
}

/// A `side:name` of an fg.json.
struct InputExpression: Sendable, Equatable {
    let side: FeatureSide
    let name: String

    /// - Throws: `invalid_config` naming feature and key unless there is exactly one colon and a known side.
    init(_ text: String, key: String, of entry: FGEntry) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let side = FeatureSide(rawValue: String(parts[0])), !parts[1].isEmpty || side == .const
        else {
            throw entry.wrong(
                key, "is \"\(text)\"", fix: "write side:name with the side user, item, context, feature or const")
        }
        self.side = side
        name = String(parts[1])
    }
}
