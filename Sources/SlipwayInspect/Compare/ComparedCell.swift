import SlipwayCore

/// One value of a prediction file, made comparable: lists, also those that CSV holds as text, become their numbers in order.
enum ComparedCell: Sendable, Equatable {
    case null
    case integers([Int64])
    case numbers([Double])
    case text(String)

    /// The value of `column` in `row`. A null inside a list counts as NaN.
    init(_ column: Column, _ row: Int) {
        guard !column.isNull(row) else {
            self = .null
            return
        }
        switch column.type {
        case .int64: self = .integers([column.elements(as: Int64.self)[row]])
        case .int32: self = .integers([Int64(column.elements(as: Int32.self)[row])])
        case .bool: self = .integers([Int64(column.elements(as: UInt8.self)[row])])
        case .float: self = .numbers([Double(column.elements(as: Float.self)[row])])
        case .double: self = .numbers([column.elements(as: Double.self)[row]])
        case .string: self = .text(String(decoding: column.bytes(row), as: UTF8.self))
        case .list:
            var leaves = Leaves()
            leaves.gather(column, row)
            self = leaves.cell ?? .text(Self.render(column, row))
        case .map: self = .text(Self.render(column, row))
        }
    }

    /// Text that is a number or a list of numbers as what it says; anything else unchanged.
    var parsed: ComparedCell {
        guard case .text(let text) = self else { return self }
        return NumberListText.parse(text) ?? self
    }

    /// The values as doubles; nil for null and text.
    var doubles: [Double]? {
        switch self {
        case .integers(let values): return values.map(Double.init)
        case .numbers(let values): return values
        case .null, .text: return nil
        }
    }

    /// About how many numbers' room the value takes.
    var weight: Int {
        switch self {
        case .null: return 1
        case .integers(let values): return 4 + values.count
        case .numbers(let values): return 4 + values.count
        case .text(let text): return 4 + text.utf8.count / 8
        }
    }

    /// The value for a message, shortened.
    var summary: String {
        let text: String
        switch self {
        case .null: return "null"
        case .integers(let values): text = values.count == 1 ? "\(values[0])" : "\(values.prefix(8))"
        case .numbers(let values): text = values.count == 1 ? "\(values[0])" : "\(values.prefix(8))"
        case .text(let value): text = value.prefix(60).debugDescription
        }
        return text.count > 60 ? text.prefix(60) + "…" : text
    }

    /// Numbers of a list and of the lists in it.
    private struct Leaves {
        private var integers: [Int64]? = []
        private var doubles: [Double] = []
        private var isNumeric = true

        var cell: ComparedCell? {
            guard isNumeric else { return nil }
            return integers.map { .integers($0) } ?? .numbers(doubles)
        }

        mutating func gather(_ column: Column, _ row: Int) {
            guard let child = column.children.first else { return }
            for index in column.range(row) where isNumeric {
                guard !child.isNull(index) else {
                    integers = nil
                    doubles.append(.nan)
                    continue
                }
                switch ComparedCell.leaf(child, index) {
                case .integers(let values):
                    integers?.append(contentsOf: values)
                    doubles.append(contentsOf: values.map(Double.init))
                case .numbers(let values):
                    integers = nil
                    doubles.append(contentsOf: values)
                case .null: gather(child, index)
                case .text: isNumeric = false
                }
            }
        }
    }

    /// A value that is no list; null stands for a list, whose elements are gathered one by one.
    private static func leaf(_ column: Column, _ row: Int) -> ComparedCell {
        if case .list = column.type { return .null }
        return ComparedCell(column, row)
    }

    /// Lists and maps that hold more than numbers, as text.
    private static func render(_ column: Column, _ row: Int) -> String {
        guard !column.isNull(row) else { return "null" }
        switch column.type {
        case .list:
            return "[\(column.range(row).map { render(column.children[0], $0) }.joined(separator: ","))]"
        case .map:
            let entries = column.range(row).map {
                "\(render(column.children[0], $0)):\(render(column.children[1], $0))"
            }
            return "{\(entries.joined(separator: ","))}"
        case .string: return String(decoding: column.bytes(row), as: UTF8.self)
        default: return ComparedCell(column, row).summary
        }
    }
}
