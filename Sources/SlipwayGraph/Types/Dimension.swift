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

    /// A number, or a symbol, which does not begin with a digit or a sign. Throws `corrupt`.
    public init(parsing text: String) throws {
        if let size = Int(text) {
            guard size >= 0 else { throw SlipwayError(.corrupt, "dimension \(size) is negative") }
            self = .fixed(size)
        } else {
            guard let first = text.utf8.first else { throw SlipwayError(.corrupt, "a dimension is empty") }
            guard !Self.beginsNumber(first) else { throw SlipwayError(.corrupt, "dimension \(text) is not a size") }
            self = .symbol(text)
        }
    }

    /// Whether `byte` begins a number, so that a symbol beginning with it needs quotes in text.
    static func beginsNumber(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }
}
