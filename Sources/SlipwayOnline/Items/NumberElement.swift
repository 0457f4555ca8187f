import SlipwayCore

/// A number read from a column of another type.
protocol NumberElement {
    /// Nil where the column holds no numbers.
    init?(_ column: Column, _ row: Int)
}

extension NumberElement where Self: BinaryInteger {
    init?(_ column: Column, _ row: Int) {
        switch column.type {
        case .int32: self.init(truncatingIfNeeded: column.elements(as: Int32.self)[row])
        case .int64: self.init(truncatingIfNeeded: column.elements(as: Int64.self)[row])
        case .bool: self.init(truncatingIfNeeded: column.elements(as: UInt8.self)[row])
        default: return nil
        }
    }
}

extension NumberElement where Self: BinaryFloatingPoint {
    init?(_ column: Column, _ row: Int) {
        switch column.type {
        case .int32: self.init(column.elements(as: Int32.self)[row])
        case .int64: self.init(column.elements(as: Int64.self)[row])
        case .bool: self.init(column.elements(as: UInt8.self)[row])
        case .float: self.init(column.elements(as: Float.self)[row])
        case .double: self.init(column.elements(as: Double.self)[row])
        default: return nil
        }
    }
}

extension UInt8: NumberElement {}
extension Int32: NumberElement {}
extension Int64: NumberElement {}
extension Float: NumberElement {}
extension Double: NumberElement {}

extension ColumnType {
    private var isWhole: Bool { [.int32, .int64, .bool].contains(self) }

    /// The type that holds the values of both; nil where there is none.
    func unified(with other: ColumnType) -> ColumnType? {
        if self == other { return self }
        switch (self, other) {
        case (.list(let first), .list(let second)): return first.unified(with: second).map { .list($0) }
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            guard let key = key.unified(with: otherKey), let value = value.unified(with: otherValue) else { return nil }
            return .map(key: key, value: value)
        case (.list, _), (_, .list), (.map, _), (_, .map): return nil
        case (.string, _), (_, .string): return .string
        default: return isWhole && other.isWhole ? .int64 : .double
        }
    }
}
