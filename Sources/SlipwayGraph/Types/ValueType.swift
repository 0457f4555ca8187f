public import SlipwayCore

/// Which side of a request a value belongs to.
public enum Side: String, Sendable, Hashable {
    /// One row per request; depends on user inputs only.
    case user
    /// One row per candidate.
    case item
}

/// The type of a value: element type, dimensions and side.
public struct ValueType: Sendable, Hashable, CustomStringConvertible {
    public var dtype: DType
    /// Outermost first; `[]` is a scalar.
    public var dimensions: [Dimension]
    public var side: Side

    public init(_ dtype: DType, _ dimensions: [Dimension], side: Side = .item) {
        self.dtype = dtype
        self.dimensions = dimensions
        self.side = side
    }

    public var rank: Int { dimensions.count }

    /// `f32[B, 8]`, or `user f32[U, 8]` for the user side.
    public var description: String {
        let text = "\(dtype.rawValue)[\(dimensions.map(\.description).joined(separator: ", "))]"
        return side == .user ? "user \(text)" : text
    }

    /// The last dimension as a number. Throws `mismatch` when it is a symbol or missing.
    public func width() throws -> Int {
        guard let size = dimensions.last?.size else {
            throw SlipwayError(.mismatch, "\(self) has no fixed last dimension")
        }
        return size
    }
}
