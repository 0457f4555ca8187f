package import SlipwayCore

/// A value of an item as Redis holds it: numbers and text as they are, truth values as `true` and `false`, lists and maps as JSON.
/// A value that is null has no field.
package enum ItemValue {
    // MARK: Writing

    /// The value of a row; nil for null.
    package static func encoded(_ column: Column, _ row: Int) -> [UInt8]? {
        guard !column.isNull(row) else { return nil }
        switch column.type {
        case .list, .map:
            var out: [UInt8] = []
            write(column, row, into: &out)
            return out
        default: return scalar(column, row)
        }
    }

    private static func scalar(_ column: Column, _ row: Int) -> [UInt8] {
        switch column.type {
        case .int32: return Array("\(column.elements(as: Int32.self)[row])".utf8)
        case .int64: return Array("\(column.elements(as: Int64.self)[row])".utf8)
        case .float: return text(of: column.elements(as: Float.self)[row])
        case .double: return text(of: column.elements(as: Double.self)[row])
        case .bool: return Array((column.elements(as: UInt8.self)[row] == 0 ? "false" : "true").utf8)
        case .string, .list, .map: return Array(column.bytes(row))
        }
    }

    /// The fewest digits that give the same number again; NaN without its sign and payload.
    private static func text<T: BinaryFloatingPoint & CustomStringConvertible>(of value: T) -> [UInt8] {
        Array((value.isNaN ? "nan" : value.description).utf8)
    }

    private static func write(_ column: Column, _ row: Int, into out: inout [UInt8]) {
        guard !column.isNull(row) else {
            out += Array("null".utf8)
            return
        }
        switch column.type {
        case .list:
            join(column.range(row), "[", "]", &out) { write(column.children[0], $0, into: &$1) }
        case .map:
            join(column.range(row), "{", "}", &out) { index, out in
                let key = String(decoding: scalar(column.children[0], index), as: UTF8.self)
                out += Array(QuotedText.written(key).utf8)
                out.append(UInt8(ascii: ":"))
                write(column.children[1], index, into: &out)
            }
        case .string:
            out += Array(QuotedText.written(String(decoding: column.bytes(row), as: UTF8.self)).utf8)
        default:
            let text = scalar(column, row)
            // JSON has no word for NaN and infinity.
            let isPlain = text.first.map { $0 != UInt8(ascii: "n") && $0 != UInt8(ascii: "i") } ?? false
            if isPlain, !text.starts(with: Array("-i".utf8)) || column.type == .bool {
                out += text
            } else {
                out += Array(QuotedText.written(String(decoding: text, as: UTF8.self)).utf8)
            }
        }
    }

    private static func join(
        _ range: Range<Int>, _ open: Character, _ close: Character, _ out: inout [UInt8],
        _ body: (Int, inout [UInt8]) -> Void
    ) {
        out.append(open.asciiValue ?? 0)
        for index in range {
            if index > range.lowerBound { out.append(UInt8(ascii: ",")) }
            body(index, &out)
        }
        out.append(close.asciiValue ?? 0)
    }

    // MARK: Reading

    /// A column of these values. Those that are not of the type are null, and counted.
    package static func column(_ values: [[UInt8]?], _ type: ColumnType) -> (column: Column, bad: Int) {
        var bad = 0
        let cells = values.map { bytes -> ItemJSON? in
            guard let bytes else { return nil }
            let cell = Self.cell(bytes, type)
            guard let cell, fits(cell, type) else {
                bad += 1
                return nil
            }
            return cell
        }
        return (column(cells, type), bad)
    }

    private static func cell(_ bytes: [UInt8], _ type: ColumnType) -> ItemJSON? {
        switch type {
        case .list, .map: return ItemJSON(bytes)
        default: return String(validating: bytes, as: UTF8.self).map { .text($0) }
        }
    }

    private static func fits(_ cell: ItemJSON, _ type: ColumnType) -> Bool {
        switch (type, cell) {
        case (_, .null): return true
        case (.list(let element), .array(let cells)): return cells.allSatisfy { fits($0, element) }
        case (.map(let key, let value), .object(let members)):
            return members.allSatisfy { fits(.text($0.key), key) && fits($0.value, value) }
        case (.list, _), (.map, _): return false
        case (.string, .text), (.string, .number), (.string, .bool): return true
        case (.int32, _): return text(cell).flatMap { Int32($0) } != nil
        case (.int64, _): return text(cell).flatMap { Int64($0) } != nil
        case (.float, _): return text(cell).flatMap { Float($0) } != nil
        case (.double, _): return text(cell).flatMap { Double($0) } != nil
        case (.bool, _): return truth(cell) != nil
        default: return false
        }
    }

    private static func text(_ cell: ItemJSON?) -> String? {
        switch cell {
        case .text(let text), .number(let text): return text
        case .bool(let value): return value ? "true" : "false"
        default: return nil
        }
    }

    private static func truth(_ cell: ItemJSON?) -> Bool? {
        switch text(cell) {
        case "true", "1": return true
        case "false", "0": return false
        default: return nil
        }
    }

    private static func column(_ cells: [ItemJSON?], _ type: ColumnType) -> Column {
        switch type {
        case .int32: return .int32(cells.map { text($0).flatMap { Int32($0) } })
        case .int64: return .int64(cells.map { text($0).flatMap { Int64($0) } })
        case .float: return .float(cells.map { text($0).flatMap { Float($0) } })
        case .double: return .double(cells.map { text($0).flatMap { Double($0) } })
        case .bool: return .bool(cells.map { truth($0) })
        case .string: return .string(cells.map { text($0) })
        case .list(let element):
            var inner: [ItemJSON?] = []
            let lengths = cells.map { cell -> Int? in
                guard case .array(let own) = cell else { return nil }
                inner += own.map { $0 == .null ? nil : $0 }
                return own.count
            }
            return .list(lengths: lengths, child: column(inner, element))
        case .map(let key, let value):
            var keys: [ItemJSON?] = []
            var values: [ItemJSON?] = []
            let lengths = cells.map { cell -> Int? in
                guard case .object(let own) = cell else { return nil }
                keys += own.map { .text($0.key) }
                values += own.map { $0.value == .null ? nil : $0.value }
                return own.count
            }
            return .map(lengths: lengths, keys: column(keys, key), values: column(values, value))
        }
    }
}
