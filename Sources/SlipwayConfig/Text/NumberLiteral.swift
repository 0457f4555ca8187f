/// Reads numbers as protobuf's text format spells them.
enum NumberLiteral {
    /// Decimal, `0x` hexadecimal or `0` octal, with a sign; nil when it is no whole number, magnitude nil when it has
    /// more than 64 bits.
    static func integer(_ text: String) -> (negative: Bool, magnitude: UInt64?)? {
        var digits = Substring(text)
        let negative = digits.first == "-"
        if negative || digits.first == "+" { digits = digits.dropFirst() }
        var radix = 10
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            radix = 16
            digits = digits.dropFirst(2)
        } else if digits.first == "0", digits.count > 1 {
            radix = 8
            digits = digits.dropFirst()
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0, radix) }) else { return nil }
        return (negative, UInt64(digits, radix: radix))
    }

    /// Decimal with an optional exponent and `f` suffix, or `inf`, `infinity`, `nan` with an optional sign.
    static func float(_ text: String) -> Double? {
        var body = text.lowercased()
        switch body.trimmingPrefix(while: { $0 == "-" || $0 == "+" }) {
        case "inf", "infinity", "inff", "infinityf": return body.hasPrefix("-") ? -.infinity : .infinity
        case "nan", "nanf": return .nan
        default: break
        }
        if body.hasSuffix("f") { body.removeLast() }
        guard body.utf8.allSatisfy({ isDigit($0, 10) || "+-.e".utf8.contains($0) }) else { return nil }
        return Double(body)
    }

    private static func isDigit(_ byte: UInt8, _ radix: Int) -> Bool {
        guard let value = Character(Unicode.Scalar(byte)).hexDigitValue else { return false }
        return value < radix
    }
}
