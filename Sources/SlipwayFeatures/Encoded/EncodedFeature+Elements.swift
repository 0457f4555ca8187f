import SlipwayCore

extension EncodedFeature {
    static func isNumber(_ type: ColumnType) -> Bool {
        switch type {
        case .int32, .int64, .float, .double: return true
        default: return false
        }
    }

    /// Appends child elements as ids. Fractions are cut off; text must be whole numbers.
    ///
    /// - Parameters:
    ///   - parent: the list or map column that holds `child`.
    ///   - row: the row all of them belong to; nil to find the row of a bad element in `parent`.
    func appendIDs(
        _ child: Column, _ range: Range<Int>, parent: Column, row: Int? = nil, to ids: inout [Int64]
    ) throws {
        try checkNulls(child, range, parent, row)
        switch child.type {
        case .int64: ids.append(contentsOf: UnsafeBufferPointer(rebasing: child.elements(as: Int64.self)[range]))
        case .int32: for value in child.elements(as: Int32.self)[range] { ids.append(Int64(value)) }
        case .float:
            let elements = child.elements(as: Float.self)
            for index in range {
                ids.append(try wholeID(Double(elements[index]), row ?? Self.row(of: index, in: parent)))
            }
        case .double:
            let elements = child.elements(as: Double.self)
            for index in range { ids.append(try wholeID(elements[index], row ?? Self.row(of: index, in: parent))) }
        case .string:
            for index in range {
                guard let id = TextNumber.int64(child.bytes(index)) else {
                    throw notANumber(row ?? Self.row(of: index, in: parent), child.bytes(index), "a whole number")
                }
                ids.append(id)
            }
        default: throw wrongType(parent, allowed: "lists of numbers or text")
        }
    }

    /// Appends child elements as floats. A null is NaN where `nullIsNaN`, else an error.
    func appendFloats(
        _ child: Column, _ range: Range<Int>, parent: Column, row: Int? = nil, nullIsNaN: Bool = false,
        to floats: inout [Float]
    ) throws {
        let start = floats.count
        if !nullIsNaN { try checkNulls(child, range, parent, row) }
        switch child.type {
        case .float: floats.append(contentsOf: UnsafeBufferPointer(rebasing: child.elements(as: Float.self)[range]))
        case .double: for value in child.elements(as: Double.self)[range] { floats.append(Float(value)) }
        case .int32: for value in child.elements(as: Int32.self)[range] { floats.append(Float(value)) }
        case .int64: for value in child.elements(as: Int64.self)[range] { floats.append(Float(value)) }
        case .string:
            for index in range {
                if child.isNull(index) {
                    floats.append(.nan)
                } else if let value = TextNumber.float(child.bytes(index)) {
                    floats.append(value)
                } else {
                    throw notANumber(row ?? Self.row(of: index, in: parent), child.bytes(index), "a number")
                }
            }
        default: throw wrongType(parent, allowed: "lists of numbers or text")
        }
        guard nullIsNaN, child.validity != nil else { return }
        for index in range where child.isNull(index) { floats[start + index - range.lowerBound] = .nan }
    }

    private func checkNulls(_ child: Column, _ range: Range<Int>, _ parent: Column, _ row: Int?) throws {
        guard child.validity != nil, child.nullCount > 0 else { return }
        if let index = range.first(where: child.isNull) { throw nullElement(row ?? Self.row(of: index, in: parent)) }
    }

    private func wholeID(_ value: Double, _ row: @autoclosure () -> Int) throws -> Int64 {
        guard let id = Int64(exactly: value.rounded(.towardZero)) else {
            throw badCell(row(), "holds \(value), which is no id", fix: "write whole numbers as ids")
        }
        return id
    }

    /// The row of a list or map column that holds child element `index`.
    static func row(of index: Int, in parent: Column) -> Int {
        for row in 0..<parent.count where parent.range(row).contains(index) { return row }
        return parent.count
    }
}

/// Gathers the child ranges of neighbouring rows, so that they are copied in one go.
struct RangeRun {
    private(set) var range = 0..<0

    /// Adds a row's range; returns what was gathered before when the row does not continue it.
    mutating func add(_ next: Range<Int>) -> Range<Int>? {
        if next.isEmpty { return nil }
        if range.isEmpty {
            range = next
            return nil
        }
        if next.lowerBound == range.upperBound {
            range = range.lowerBound..<next.upperBound
            return nil
        }
        let done = range
        range = next
        return done
    }

    /// What is gathered, and a fresh start.
    mutating func take() -> Range<Int>? {
        defer { range = 0..<0 }
        return range.isEmpty ? nil : range
    }
}
