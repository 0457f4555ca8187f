/// A JSON value as read. Whole numbers stay whole; objects keep their keys' order.
enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Above `Int64.max`.
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    case array([JSONNode])
    case object([Member])

    struct Member: Sendable, Equatable {
        let key: String
        let value: JSONNode
    }

    /// The last member of this key; nil for a null one.
    subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self, let found = members.last(where: { $0.key == key }),
            found.value != .null
        else { return nil }
        return found.value
    }

    var double: Double? {
        switch self {
        case .integer(let value): return Double(value)
        case .unsigned(let value): return Double(value)
        case .number(let value): return value
        default: return nil
        }
    }

    var int64: Int64? {
        switch self {
        case .integer(let value): return value
        case .number(let value): return Int64(exactly: value)
        default: return nil
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: return "null"
        case .bool: return "a boolean"
        case .integer, .unsigned, .number: return "a number"
        case .text: return "a text"
        case .array: return "a list"
        case .object: return "an object"
        }
    }
}
