package import SlipwayCore
import SlipwayData

/// Ids out of a column: whole numbers in digits, or text.
package enum TextColumn {
    /// Every row; nil for null. Throws `mismatch` for columns of other types.
    package static func texts(_ column: Column, _ name: String) throws -> [String?] {
        if let texts = column.strings() { return texts }
        if column.type != .bool, let numbers = column.integers() { return numbers.map { $0.map { "\($0)" } } }
        throw SlipwayError(
            .mismatch, "column \(name) is of type \(column.type), which is no id",
            fix: "name a column of integers or text")
    }

    /// The list of every row: a list column's elements, or text split at commas. Null and empty rows are empty lists.
    package static func lists(_ column: Column, _ name: String) throws -> [[String]] {
        guard case .list = column.type else {
            return try texts(column, name).map { text in
                (text ?? "").split(separator: ",").map(String.init)
            }
        }
        let elements = try texts(column.children[0], name)
        return (0..<column.count).map { elements[column.range($0)].compactMap { $0 } }
    }
}
