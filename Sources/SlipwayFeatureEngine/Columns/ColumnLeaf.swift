import SlipwayCore

/// Scalars of a column, or of its lists, by index.
struct ColumnLeaf {
    enum Element { case int32, int64, float, double, string }

    let element: Element
    let values: UnsafeRawPointer?
    let offsets: UnsafePointer<Int32>?
    let validity: UnsafePointer<UInt8>?

    /// nil for a column that holds no plain values.
    init?(_ column: Column) {
        switch column.type {
        case .int32: element = .int32
        case .int64: element = .int64
        case .float: element = .float
        case .double: element = .double
        case .string: element = .string
        case .bool, .list, .map: return nil
        }
        values = column.values
        offsets = column.offsets
        validity = column.validity
    }

    @inline(__always)
    func isNull(_ index: Int) -> Bool {
        guard let validity else { return false }
        return validity[index] == 0
    }

    /// The bytes of a string.
    @inline(__always)
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard let offsets, let values else { return UnsafeBufferPointer(start: nil, count: 0) }
        let start = Int(offsets[index])
        return UnsafeBufferPointer(
            start: values.assumingMemoryBound(to: UInt8.self) + start, count: Int(offsets[index + 1]) - start)
    }

    /// The value at `index`; a NaN is no value.
    @inline(__always)
    func token(_ index: Int) -> Token? {
        guard !isNull(index) else { return nil }
        if element == .string { return Token(text: bytes(index)) }
        guard let values else { return nil }
        switch element {
        case .int32: return Token(Int64(values.assumingMemoryBound(to: Int32.self)[index]))
        case .int64: return Token(values.assumingMemoryBound(to: Int64.self)[index])
        case .float:
            let value = values.assumingMemoryBound(to: Float.self)[index]
            return value.isNaN ? nil : Token(value)
        case .double:
            let value = values.assumingMemoryBound(to: Double.self)[index]
            return value.isNaN ? nil : Token(value)
        case .string: return nil
        }
    }
}
