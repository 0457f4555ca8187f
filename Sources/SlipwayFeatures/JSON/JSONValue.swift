/// A JSON value to be written, with object keys in order. Reading JSON is Foundation's.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case unsigned(UInt64)
    /// Written as Python writes floats: always with a point or an exponent.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    /// Widened to double, as Python holds a protobuf float.
    static func floats(_ values: [Float]) -> JSONValue { .array(values.map { .double(Double($0)) }) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
}

/// A JSON object that keeps its keys in the order they were first set.
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [Member] = []

    public struct Member: Sendable, Hashable {
        public let key: String
        public var value: JSONValue
    }

    /// - Parameter members: keys and values in order; each key once.
    public init(_ members: [(String, JSONValue)] = []) {
        self.members = members.map { Member(key: $0.0, value: $0.1) }
    }

    /// Setting an existing key keeps its place; nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let place = members.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds or replaces the other object's members, in its order.
    public mutating func merge(_ other: JSONObject) {
        for member in other.members { self[member.key] = member.value }
    }
}
