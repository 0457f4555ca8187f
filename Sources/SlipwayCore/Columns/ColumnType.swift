/// Physical types a column may have once read. Readers widen and decode everything else to one of these.
public indirect enum ColumnType: Sendable, Hashable, CustomStringConvertible {
    case int32, int64, float, double, string, bool
    case list(ColumnType)
    case map(key: ColumnType, value: ColumnType)

    public var description: String {
        switch self {
        case .int32: return "int32"
        case .int64: return "int64"
        case .float: return "float"
        case .double: return "double"
        case .string: return "string"
        case .bool: return "bool"
        case .list(let element): return "list<\(element)>"
        case .map(let key, let value): return "map<\(key), \(value)>"
        }
    }
}
