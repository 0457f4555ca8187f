import SlipwayCore

/// One dimension of a value: a number, or a symbol that a run gives a size.
///
/// Symbols: `B` candidates, `U` users (requests), `N:<feature>` ids of a jagged feature, `S:<feature>` steps of a
/// sequence feature, `S:<group>` aligned steps of a sequence group, `T:<group>` padded steps of a group.
public enum Dimension: Sendable, Hashable, CustomStringConvertible {
    case fixed(Int)
    case symbol(String)

    public static let batch = Dimension.symbol("B")
    public static let user = Dimension.symbol("U")

    public var description: String {
        switch self {
        case .fixed(let size): return String(size)
        case .symbol(let name): return name
        }
    }

    /// The number, or nil for a symbol.
    public var size: Int? {
        if case .fixed(let size) = self { return size }
        return nil
    }

    public init(parsing text: String) throws {
        if let size = Int(text) {
            guard size >= 0 else { throw SlipwayError(.corrupt, "dimension \(size) is negative") }
            self = .fixed(size)
        } else {
            guard !text.isEmpty else { throw SlipwayError(.corrupt, "a dimension is empty") }
            self = .symbol(text)
        }
    }
}

