import SlipwayCore

/// The value that names a row. A number as text is the same key as the number, as one file may be CSV.
enum RowKey: Sendable, Hashable, CustomStringConvertible {
    case null
    case integer(Int64)
    case text(String)

    init(_ text: String) {
        if let number = Int64(text), String(number) == text {
            self = .integer(number)
        } else {
            self = .text(text)
        }
    }

    var description: String {
        switch self {
        case .null: return "null"
        case .integer(let value): return String(value)
        case .text(let value): return VisibleText.line(String(value.prefix(60)))
        }
    }

    /// The keys of every row of `column`. Throws `invalidArgument` for a column that holds lists or maps.
    static func keys(of column: Column, name: String) throws -> [RowKey] {
        try (0..<column.count).map { row in
            switch column.type {
            case .list, .map:
                throw SlipwayError(
                    .invalidArgument, "column \(name) is \(column.type), which cannot name rows",
                    fix: "choose a key column of numbers or strings")
            default: break
            }
            switch ComparedCell(column, row) {
            case .null: return .null
            case .integers(let values): return .integer(values[0])
            case .numbers(let values):
                return Int64(exactly: values[0]).map { .integer($0) } ?? .text(values[0].description)
            case .text(let text): return RowKey(text)
            }
        }
    }
}
