import SlipwayCore

/// Splits the text form into tokens, each with its line.
struct GraphLexer {
    enum Token: Equatable {
        case word(String)
        case string(String)
        case symbol(Character)
        case newline
        case end
    }

    private let bytes: [UInt8]
    private var position = 0
    private var nextLine = 1
    /// The line `token` stands on.
    private(set) var line = 1
    private(set) var token: Token = .newline

    init(_ text: String) throws {
        bytes = Array(text.utf8)
        try advance()
    }

    func error(_ message: String) -> SlipwayError {
        SlipwayError(.corrupt, "graph text, line \(line): \(message)")
    }

    /// Moves to the next token.
    mutating func advance() throws {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
            position += 1
        }
        line = nextLine
        guard position < bytes.count else {
            token = .end
            return
        }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            if byte == UInt8(ascii: "\n") { nextLine += 1 }
            position += 1
            token = .newline
        case UInt8(ascii: "\""): token = .string(try string())
        case UInt8(ascii: "-"): token = .word(word(from: position + 1, prefix: "-"))
        case _ where GraphText.isWordByte(byte): token = .word(word(from: position, prefix: ""))
        case _ where "%=(){},[]+".utf8.contains(byte):
            position += 1
            token = .symbol(Character(UnicodeScalar(byte)))
        default: throw error("unexpected character \(Character(UnicodeScalar(byte)))")
        }
    }

    /// A word; `:` belongs to it only between other word characters, so that a bare `:` separates.
    private mutating func word(from start: Int, prefix: String) -> String {
        position = start
        while position < bytes.count {
            let byte = bytes[position]
            let exponentSign =
                (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && position > start
                && bytes[position - 1] == UInt8(ascii: "e")
            guard GraphText.isWordByte(byte) || exponentSign else { break }
            position += 1
        }
        return prefix + String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws -> String {
        var result: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\n") { throw error("a string does not end on its line") }
            if bytes[position] == UInt8(ascii: "\\") {
                position += 1
                guard position < bytes.count else { break }
                switch bytes[position] {
                case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
                case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
                case UInt8(ascii: "u"): result += try unicodeEscape()
                default: result.append(bytes[position])
                }
            } else {
                result.append(bytes[position])
            }
            position += 1
        }
        guard position < bytes.count else { throw error("a string does not end") }
        position += 1
        guard let text = String(validating: result, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return text
    }

    /// `\u{hex}`, with `position` on the `u`; leaves it on the closing brace.
    private mutating func unicodeEscape() throws -> [UInt8] {
        guard position + 2 < bytes.count, bytes[position + 1] == UInt8(ascii: "{"),
            let close = bytes[position...].firstIndex(of: UInt8(ascii: "}")),
            let value = UInt32(String(decoding: bytes[(position + 2)..<close], as: UTF8.self), radix: 16),
            let scalar = UnicodeScalar(value)
        else { throw error("a \\u escape is malformed") }
        position = close
        return Array(String(Character(scalar)).utf8)
    }
}
