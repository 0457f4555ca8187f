/// Words shared by the printer and the parser of the graph's text form.
enum GraphText {
    static let version = 1
    static let header = "slipway graph"

    /// `text` in double quotes, with backslash escapes.
    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
        }
    }

    /// `text` bare when it is a word, quoted otherwise.
    static func word(_ text: String) -> String {
        !text.isEmpty && text.utf8.allSatisfy(isWordByte) ? text : quote(text)
    }

    /// A size as a number; a symbol bare when it reads back as a symbol, quoted otherwise.
    static func dimension(_ dimension: Dimension) -> String {
        guard case .symbol(let name) = dimension, name.utf8.first.map(Dimension.beginsNumber) == true else {
            return word(dimension.description)
        }
        return quote(name)
    }
}
