/// Where an input's values come from.
public enum InputSide: String, Sendable, Hashable, CaseIterable {
    /// One value a request.
    case user
    /// One value a candidate, from the item store online.
    case item
    /// One value a candidate, sent with the request.
    case context
    /// Another feature's output.
    case feature
    /// A literal: the input's name is the value.
    case const
}

/// One input of a feature, read from a `side:name` expression.
public struct FeatureInput: Sendable, Hashable {
    public let side: InputSide
    /// The column or feature name; carries the group's prefix when the input is a sequence inside a sequence group.
    public let name: String
    /// True when a cell of this input is split into sequence steps.
    public let isSequence: Bool

    public init(side: InputSide, name: String, isSequence: Bool = false) {
        self.side = side
        self.name = name
        self.isSequence = isSequence
    }

    /// Splits `side:name`; nil unless there is exactly one colon and a known side.
    static func split(_ expression: String) -> (side: InputSide, name: String)? {
        let parts = expression.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let side = InputSide(rawValue: String(parts[0])) else { return nil }
        return (side, String(parts[1]))
    }
}
