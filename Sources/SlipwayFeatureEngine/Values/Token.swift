import CSlipwayText

/// One value of a cell: text, an integer or a float. Text points into a column or an arena and lives as long as that.
struct Token {
    enum Kind: UInt8 {
        case text, integer, float, double
        /// A pair's missing second half.
        case absent
    }

    private let bits: UInt64
    private let length: UInt32
    let kind: Kind

    static let absent = Token(bits: 0, length: 0, kind: .absent)

    private init(bits: UInt64, length: UInt32, kind: Kind) {
        self.bits = bits
        self.length = length
        self.kind = kind
    }

    @inline(__always)
    init(text: UnsafePointer<UInt8>?, count: Int) {
        self.init(bits: UInt64(UInt(bitPattern: text)), length: UInt32(truncatingIfNeeded: count), kind: .text)
    }

    @inline(__always)
    init(text: UnsafeBufferPointer<UInt8>) { self.init(text: text.baseAddress, count: text.count) }

    @inline(__always)
    init(_ value: Int64) { self.init(bits: UInt64(bitPattern: value), length: 0, kind: .integer) }

    @inline(__always)
    init(_ value: Float) { self.init(bits: UInt64(value.bitPattern), length: 0, kind: .float) }

    @inline(__always)
    init(_ value: Double) { self.init(bits: value.bitPattern, length: 0, kind: .double) }

    /// The bytes of a text token; empty for others.
    @inline(__always)
    var bytes: UnsafeBufferPointer<UInt8> {
        kind == .text
            ? UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(bits)), count: Int(length))
            : UnsafeBufferPointer(start: nil, count: 0)
    }

    @inline(__always)
    var isEmptyText: Bool { kind == .text && length == 0 }

    /// The number it is or spells; nil when it spells none.
    @inline(__always)
    var number: Double? {
        switch kind {
        case .text:
            var value = 0.0
            let bytes = bytes
            return slipway_read_double(bytes.baseAddress, bytes.count, &value) != 0 ? value : nil
        case .integer: return Double(Int64(bitPattern: bits))
        case .float: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .double: return Double(bitPattern: bits)
        case .absent: return nil
        }
    }

    /// The whole number it is or spells, fractions cut off; nil when it spells none.
    @inline(__always)
    var integer: Int64? {
        switch kind {
        case .integer: return Int64(bitPattern: bits)
        case .text:
            var value: Int64 = 0
            let bytes = bytes
            if slipway_read_int64(bytes.baseAddress, bytes.count, &value) != 0 { return value }
            return number.flatMap(Self.truncated)
        case .float, .double: return number.flatMap(Self.truncated)
        case .absent: return nil
        }
    }

    private static func truncated(_ value: Double) -> Int64? {
        guard value.magnitude < 0x1p63 else { return nil }  // false for NaN too
        return Int64(value)
    }

    /// This value as text: decimal integers, floats in the shortest form that reads back the same.
    @inline(__always)
    func text(in arena: ByteArena) -> UnsafeBufferPointer<UInt8> {
        kind == .text ? bytes : spelled(in: arena)
    }

    private func spelled(in arena: ByteArena) -> UnsafeBufferPointer<UInt8> {
        if kind == .absent { return UnsafeBufferPointer(start: nil, count: 0) }
        if let whole = integer, kind == .integer || number == Double(whole) {
            let space = arena.reserve(20)
            return arena.commit(slipway_write_int64(whole, space))
        }
        var text =
            kind == .float
            ? Float(bitPattern: UInt32(truncatingIfNeeded: bits)).description : Double(bitPattern: bits).description
        return text.withUTF8 { arena.copy($0) }
    }
}
