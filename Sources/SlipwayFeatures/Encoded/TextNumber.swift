/// Numbers in text, read from bytes without a copy. The accepted forms are those of Arrow's text casts.
enum TextNumber {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// A decimal with an optional minus, or `0x` and up to 16 digits taken as the 64 bits; nil for anything else.
    static func int64(_ bytes: Bytes) -> Int64? {
        let count = bytes.count
        guard count > 0 else { return nil }
        if count > 2, bytes[0] == 0x30, bytes[1] | 0x20 == 0x78 { return hexadecimal(bytes) }
        let isNegative = bytes[0] == 0x2d
        var position = isNegative ? 1 : 0
        guard position < count else { return nil }
        while position < count - 1, bytes[position] == 0x30 { position += 1 }
        guard count - position <= 19 else { return nil }
        var value: UInt64 = 0  // 19 digits fit
        while position < count {
            let digit = bytes[position] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        if isNegative { return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil }
        return Int64(exactly: value)
    }

    private static func hexadecimal(_ bytes: Bytes) -> Int64? {
        guard bytes.count <= 18 else { return nil }
        var value: UInt64 = 0
        for byte in bytes[2...] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return Int64(bitPattern: value)
    }

    /// A decimal with optional sign, point and exponent, rounded once to float; or `nan`, `inf`, `infinity`.
    static func float(_ bytes: Bytes) -> Float? {
        var scan = DecimalScan(bytes)
        guard scan.run() else { return special(bytes) }
        if let fast = scan.fast() { return fast }
        return Float(String(decoding: bytes, as: UTF8.self))
    }

    private static func special(_ bytes: Bytes) -> Float? {
        guard let first = bytes.first, bytes.count <= 256 else { return nil }
        let isNegative = first == 0x2d
        let word = bytes.dropFirst(isNegative || first == 0x2b ? 1 : 0).map { $0 | 0x20 }
        if word == Array("inf".utf8) || word == Array("infinity".utf8) { return isNegative ? -.infinity : .infinity }
        return word == Array("nan".utf8) ? .nan : nil
    }
}

/// One pass over a decimal: its first 19 digits as an integer, and the power of ten they stand at.
private struct DecimalScan {
    let bytes: UnsafeBufferPointer<UInt8>
    var isNegative = false
    var mantissa: UInt64 = 0
    var exponent = 0
    var isExact = true

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// False when the bytes are no decimal.
    mutating func run() -> Bool {
        let count = bytes.count
        var position = 0
        if position < count, bytes[position] == 0x2d || bytes[position] == 0x2b {
            isNegative = bytes[position] == 0x2d
            position += 1
        }
        var digits = 0
        var significant = 0
        var hasPoint = false
        while position < count {
            let byte = bytes[position]
            let digit = byte &- 0x30
            if digit < 10 {
                digits += 1
                if significant < 19 {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    if mantissa != 0 { significant += 1 }
                    if hasPoint { exponent -= 1 }
                } else {
                    isExact = false
                }
            } else if byte == 0x2e, !hasPoint {
                hasPoint = true
            } else {
                break
            }
            position += 1
        }
        guard digits > 0 else { return false }
        return position == count || scanExponent(from: position)
    }

    private mutating func scanExponent(from start: Int) -> Bool {
        guard bytes[start] | 0x20 == 0x65 else { return false }
        var position = start + 1
        var isNegativeExponent = false
        if position < bytes.count, bytes[position] == 0x2d || bytes[position] == 0x2b {
            isNegativeExponent = bytes[position] == 0x2d
            position += 1
        }
        guard position < bytes.count else { return false }
        var value = 0
        while position < bytes.count {
            let digit = bytes[position] &- 0x30
            guard digit < 10 else { return false }
            if value < 100_000 { value = value * 10 + Int(digit) }
            position += 1
        }
        exponent += isNegativeExponent ? -value : value
        return true
    }

    /// The value when it can be had with one correctly rounded double operation, nil when only a full
    /// conversion will do.
    ///
    /// A double that is not halfway between two floats lies on the same side of every halfway point as the exact value,
    /// so rounding it again gives the right float.
    func fast() -> Float? {
        guard isExact, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        let scaled =
            exponent < 0
            ? Double(mantissa) / DecimalScan.powers[-exponent] : Double(mantissa) * DecimalScan.powers[exponent]
        if scaled == 0 { return isNegative ? -0.0 : 0.0 }
        guard scaled >= 1e-37, scaled <= 1e38, scaled.bitPattern & 0x1fff_ffff != 0x1000_0000 else { return nil }
        return Float(isNegative ? -scaled : scaled)
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
