public import SlipwayCore

/// Builds a column for `FeatureSession.run` from typed values, coerced to the column's type.
///
/// A value of another type is converted where nothing is lost in meaning: numbers to text, text that spells a number to that
/// number, one value to a list of one. What cannot be converted is null and counted.
///
/// ```swift
/// var column = ValueColumn(type: .int64)
/// column.append(.text("42"))
/// column.append(.null)
/// let built = column.finish()
/// ```
public struct ValueColumn: Sendable {
    public let type: ColumnType
    /// Values that could not be converted and became null.
    public private(set) var mistyped = 0
    private var builder: Builder

    /// - Parameter type: text, numbers, lists of them, lists of lists, or maps.
    public init(type: ColumnType, capacity: Int = 0) {
        self.type = type
        builder = Builder(type, capacity: capacity)
    }

    public var count: Int { builder.count }

    /// Adds a row.
    public mutating func append(_ value: FeatureValue) {
        if !builder.append(value) { mistyped += 1 }
    }

    /// Adds a row of text without making a `String`; for other types the text is converted.
    public mutating func append(utf8 text: UnsafeBufferPointer<UInt8>) {
        if !builder.append(text) { mistyped += 1 }
    }

    /// The rows so far as a column.
    public func finish() -> Column { builder.finish() }
}

extension ValueColumn {
    /// Rows of one type; lists and maps hold further builders.
    private struct Builder: Sendable {
        let type: ColumnType
        var count = 0
        var nulls: [Bool] = []
        var integers: [Int64] = []
        var numbers: [Double] = []
        var bytes: [UInt8] = []
        /// Ends of texts in `bytes`, or of rows in the children.
        var ends: [Int32] = []
        var children: [Builder] = []

        init(_ type: ColumnType, capacity: Int) {
            self.type = type
            nulls.reserveCapacity(capacity)
            switch type {
            case .list(let element): children = [Builder(element, capacity: capacity)]
            case .map(let key, let value):
                children = [Builder(key, capacity: capacity), Builder(value, capacity: capacity)]
            case .string: ends.reserveCapacity(capacity)
            case .int32, .int64, .bool: integers.reserveCapacity(capacity)
            case .float, .double: numbers.reserveCapacity(capacity)
            }
        }

        private mutating func end(isNull: Bool) {
            nulls.append(isNull)
            count += 1
            switch type {
            case .string: ends.append(Int32(truncatingIfNeeded: bytes.count))
            case .list, .map: ends.append(Int32(truncatingIfNeeded: children[0].count))
            case .int32, .int64, .bool: if integers.count < count { integers.append(0) }
            case .float, .double: if numbers.count < count { numbers.append(0) }
            }
        }

        /// False when the value, or a part of it, does not fit and became null.
        mutating func append(_ value: FeatureValue) -> Bool {
            if value == .null {
                end(isNull: true)
                return true
            }
            var isWhole = true
            let isTaken = take(value, &isWhole)
            end(isNull: !isTaken)
            return isTaken && isWhole
        }

        mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
            if case .string = type {
                let fits = bytes.count + text.count <= Int(Int32.max)
                if fits { bytes.append(contentsOf: text) }
                end(isNull: !fits)
                return fits
            }
            return append(.text(String(decoding: text, as: UTF8.self)))
        }

        /// False when the value cannot be a row; `isWhole` becomes false when a part of it is null instead.
        private mutating func take(_ value: FeatureValue, _ isWhole: inout Bool) -> Bool {
            switch type {
            case .string:
                guard let text = Self.text(value), bytes.count + text.utf8.count <= Int(Int32.max) else { return false }
                bytes.append(contentsOf: text.utf8)
            case .int32, .int64, .bool:
                guard let whole = Self.integer(value), type != .int32 || Int32(exactly: whole) != nil else {
                    return false
                }
                integers.append(type == .bool ? (whole == 0 ? 0 : 1) : whole)
            case .float, .double:
                guard let number = Self.number(value) else { return false }
                numbers.append(number)
            case .list:
                guard case .list(let elements) = value else {
                    if case .map = value { return false }
                    isWhole = children[0].append(value)
                    return true
                }
                for element in elements { isWhole = children[0].append(element) && isWhole }
            case .map:
                guard case .map(let pairs) = value, pairs.count % 2 == 0 else { return false }
                for index in stride(from: 0, to: pairs.count, by: 2) {
                    // Both children always grow together; a half that does not fit is null.
                    let isKey = children[0].append(pairs[index])
                    let isValue = children[1].append(pairs[index + 1])
                    isWhole = isWhole && isKey && isValue
                }
            }
            return true
        }

        private static func text(_ value: FeatureValue) -> String? {
            switch value {
            case .text(let text): return text
            case .integer(let whole): return String(whole)
            case .bool(let flag): return flag ? "true" : "false"
            case .number(let number): return NumberText.text(number)
            case .float(let number): return Int64(exactly: number).map { String($0) } ?? number.description
            case .null, .list, .map: return nil
            }
        }

        private static func number(_ value: FeatureValue) -> Double? {
            switch value {
            case .integer(let whole): return Double(whole)
            case .number(let number): return number
            case .float(let number): return Double(number)
            case .bool(let flag): return flag ? 1 : 0
            case .text(var text): return text.withUTF8 { Token(text: $0).number }
            case .null, .list, .map: return nil
            }
        }

        private static func integer(_ value: FeatureValue) -> Int64? {
            switch value {
            case .integer(let whole): return whole
            case .bool(let flag): return flag ? 1 : 0
            case .number, .float: return number(value).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
            case .text(var text): return text.withUTF8 { Token(text: $0).integer }
            case .null, .list, .map: return nil
            }
        }

        func finish() -> Column {
            switch type {
            case .int32: return .int32(zip(integers, nulls).map { $1 ? nil : Int32(truncatingIfNeeded: $0) })
            case .int64:
                return nulls.contains(true) ? .int64(zip(integers, nulls).map { $1 ? nil : $0 }) : .of(integers)
            case .bool: return .bool(zip(integers, nulls).map { $1 ? nil : $0 != 0 })
            case .float: return .float(zip(numbers, nulls).map { $1 ? nil : Float($0) })
            case .double:
                return nulls.contains(true) ? .double(zip(numbers, nulls).map { $1 ? nil : $0 }) : .of(numbers)
            case .string: return .texts(bytes: bytes, ends: ends, nulls: nulls)
            case .list: return .list(lengths: lengths, child: children[0].finish())
            case .map: return .map(lengths: lengths, keys: children[0].finish(), values: children[1].finish())
            }
        }

        private var lengths: [Int?] {
            var start: Int32 = 0
            return zip(ends, nulls).map { end, isNull in
                defer { start = end }
                return isNull ? nil : Int(end - start)
            }
        }
    }
}
