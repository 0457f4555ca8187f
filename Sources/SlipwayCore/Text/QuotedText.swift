/// Text as JSON has it, in quotes.
package enum QuotedText {
    /// Why bytes are no text in quotes.
    package struct Problem: Error, Equatable {
        package let what: String
    }

    /// Control characters are escaped, all others stand as they are.
    package static func written(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Reads the text that begins with the quote at `position`, which is then behind it, or where reading stopped.
    package static func read(_ bytes: [UInt8], at position: inout Int) throws(Problem) -> String {
        position += 1
        var out: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else {
                    throw Problem(what: "a text that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try readEscape(bytes, at: &position, into: &out)
            case 0..<0x20: throw Problem(what: "a control character in a text")
            default: out.append(byte)
            }
        }
        throw Problem(what: "a text that is not closed")
    }

    private static func readEscape(
        _ bytes: [UInt8], at position: inout Int, into out: inout [UInt8]
    ) throws(Problem) {
        guard position < bytes.count else { throw Problem(what: "a text that is not closed") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): out.append(0x0a)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "r"): out.append(0x0d)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0c)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "u"):
            var code = try readUnit(bytes, at: &position)
            if (0xd800..<0xdc00).contains(code), bytes[position...].starts(with: Array("\\u".utf8)) {
                position += 2
                let low = try readUnit(bytes, at: &position)
                guard (0xdc00..<0xe000).contains(low) else { throw Problem(what: "half a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Problem(what: "half a surrogate pair") }
            out += Array(String(scalar).utf8)
        default: throw Problem(what: "an escape JSON does not have")
        }
    }

    /// Four hexadecimal digits.
    private static func readUnit(_ bytes: [UInt8], at position: inout Int) throws(Problem) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw Problem(what: "an escape without four hexadecimal digits") }
        position += 4
        return code
    }
}
