import SlipwayConfig

/// Writes JSON as Python's `json.dump(…, indent=4)` does: ASCII only, floats in shortest form with a point or exponent.
public enum JSONWriter {
    public static func text(_ value: JSONValue, indent: Int = 4) -> String {
        var out = ""
        write(value, indent: indent, depth: 0, to: &out)
        return out
    }

    private static func write(_ value: JSONValue, indent: Int, depth: Int, to out: inout String) {
        switch value {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .unsigned(let value): out += String(value)
        case .double(let value): out += number(value)
        case .string(let value): out += JSONText.quoted(value)
        case .array(let values):
            list(values, "[", "]", indent, depth, &out) { write($0, indent: indent, depth: depth + 1, to: &$1) }
        case .object(let object):
            list(object.members, "{", "}", indent, depth, &out) { member, out in
                out += JSONText.quoted(member.key)
                out += ": "
                write(member.value, indent: indent, depth: depth + 1, to: &out)
            }
        }
    }

    private static func list<T>(
        _ items: [T], _ open: String, _ close: String, _ indent: Int, _ depth: Int, _ out: inout String,
        _ body: (T, inout String) -> Void
    ) {
        out += open
        for (position, item) in items.enumerated() {
            out += position == 0 ? "\n" : ",\n"
            out += String(repeating: " ", count: indent * (depth + 1))
            body(item, &out)
        }
        if !items.isEmpty { out += "\n" + String(repeating: " ", count: indent * depth) }
        out += close
    }

    /// The shortest digits that read back the same; an exponent below 1e-4 and from 1e16 on.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        if exponent < -4 || exponent >= 16 {
            let fraction = digits.dropFirst()
            let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e"
                + (exponent < 0 ? "-" : "+") + size
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        if digits.count <= whole { return sign + digits + String(repeating: "0", count: whole - digits.count) + ".0" }
        return sign + digits.prefix(whole) + "." + digits.dropFirst(whole)
    }

    /// Significant digits and the power of ten of the first, from Swift's shortest form.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
        var digits = String(whole + fraction)
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        return (digits, exponent)
    }
}
