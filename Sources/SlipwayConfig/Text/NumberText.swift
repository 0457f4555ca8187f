import Foundation

/// Writes floating-point numbers as Python's protobuf does, so that printed configs compare byte for byte.
enum NumberText {
    /// The decimal with the fewest digits, six at least, that reads back as the same 32-bit float.
    static func float(_ value: Float) -> String {
        guard value.isFinite else { return double(Double(value)) }
        for precision in 6...8 {
            let rounded = Double(String(format: "%.\(precision)g", Double(value))) ?? .nan
            if Float(rounded) == value { return double(rounded) }
        }
        return double(Double(String(format: "%.9g", Double(value))) ?? Double(value))
    }

    /// Python's `repr`: shortest digits, an exponent below 1e-4 and from 1e16 on, always a point or an exponent.
    static func double(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        let sign = value < 0 ? "-" : ""
        let (digits, exponent) = decimal(abs(value))
        if exponent < -4 || exponent >= 16 {
            let rest = digits.count > 1 ? "." + digits.dropFirst() : ""
            let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
            return "\(sign)\(digits.prefix(1))\(rest)e\(exponent < 0 ? "-" : "+")\(power)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        if digits.count <= whole {
            return sign + digits + String(repeating: "0", count: whole - digits.count) + ".0"
        }
        return sign + digits.prefix(whole) + "." + digits.dropFirst(whole)
    }

    /// Shortest digits without zeros at either end, and the power of ten of the first of them.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let digits = whole + (mantissa.count > 1 ? mantissa[1] : "")
        let leading = digits.prefix { $0 == "0" }.count
        var kept = digits.dropFirst(leading)
        while kept.last == "0" { kept.removeLast() }
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return (String(kept), power + whole.count - 1 - leading)
    }
}
