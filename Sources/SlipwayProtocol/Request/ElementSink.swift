import SlipwayCore

/// Elements of one type, growing in an arena.
struct ElementSink {
    enum Kind { case int64, float, double, string }

    private let arena: RequestArena
    private let kind: Kind
    private(set) var count = 0
    private var capacity: Int
    private var numbers: UnsafeMutablePointer<Int64>
    /// Bytes of the texts before each element.
    private var offsets: UnsafeMutablePointer<Int32>
    private var text: [UInt8] = []

    init(_ arena: RequestArena, _ kind: Kind, capacity: Int) {
        self.arena = arena
        self.kind = kind
        self.capacity = max(capacity, 8)
        // Floats use half of it.
        numbers = arena.allocate(Int64.self, count: kind == .string ? 1 : self.capacity)
        offsets = arena.allocate(Int32.self, count: kind == .string ? self.capacity + 1 : 1)
        offsets[0] = 0
    }

    private mutating func reserve() {
        guard count == capacity else { return }
        capacity *= 2
        if kind == .string {
            let grown = arena.allocate(Int32.self, count: capacity + 1)
            grown.update(from: offsets, count: count + 1)
            offsets = grown
        } else {
            let grown = arena.allocate(Int64.self, count: capacity)
            grown.update(from: numbers, count: count)
            numbers = grown
        }
    }

    private func put<T: BitwiseCopyable>(_ value: T) {
        UnsafeMutableRawPointer(numbers).storeBytes(of: value, toByteOffset: count * MemoryLayout<T>.size, as: T.self)
    }

    mutating func appendZero() {
        reserve()
        switch kind {
        case .int64: put(Int64(0))
        case .float: put(Float(0))
        case .double: put(Double(0))
        case .string: offsets[count + 1] = Int32(clamping: text.count)
        }
        count += 1
    }

    mutating func appendNull() { appendZero() }

    /// Text, or the text of what is no text elsewhere in the column.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        reserve()
        text.append(contentsOf: bytes)
        offsets[count + 1] = Int32(clamping: text.count)
        count += 1
    }

    /// The next number of `scan`.
    @inline(__always)
    mutating func append(_ scan: inout ProtoScanner, _ element: FeatureArm.Element) throws {
        switch element {
        case .int32: append(integer: Int64(Int32(truncatingIfNeeded: try scan.varint())))
        case .int64: append(integer: Int64(bitPattern: try scan.varint()))
        case .float:
            let value = Float(bitPattern: try scan.fixed32())
            switch kind {
            case .string: append(text: "\(value)")
            case .float:
                reserve()
                put(value)
                count += 1
            default:
                reserve()
                put(Double(value))
                count += 1
            }
        case .double:
            let value = Double(bitPattern: try scan.fixed64())
            if kind == .string { return append(text: "\(value)") }
            reserve()
            put(value)
            count += 1
        case .string: throw scan.malformed("text where a number is due")
        }
    }

    @inline(__always)
    private mutating func append(integer value: Int64) {
        switch kind {
        case .int64:
            reserve()
            put(value)
            count += 1
        case .string: append(text: "\(value)")
        case .float, .double:
            reserve()
            put(Double(value))
            count += 1
        }
    }

    private mutating func append(text value: String) {
        var value = value
        value.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    func column(validity: UnsafePointer<UInt8>? = nil, nullCount: Int = 0) -> Column {
        switch kind {
        case .string:
            let bytes = arena.allocate(UInt8.self, count: text.count)
            bytes.update(from: text, count: text.count)
            return Column(
                type: .string, count: count, nullCount: nullCount, validity: validity, offsets: offsets,
                values: UnsafeRawPointer(bytes), owner: arena)
        case .int64, .float, .double:
            let type: ColumnType = kind == .int64 ? .int64 : kind == .float ? .float : .double
            return Column(
                type: type, count: count, nullCount: nullCount, validity: validity, values: UnsafeRawPointer(numbers),
                owner: arena)
        }
    }
}
