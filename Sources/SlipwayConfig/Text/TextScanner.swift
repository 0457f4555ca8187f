/// Cuts protobuf text into tokens.
struct TextScanner {
    enum Kind: Equatable {
        case identifier(String)
        /// A number as it is spelled, sign included.
        case number(String)
        /// One quoted string with its escapes resolved.
        case string([UInt8])
        case symbol(UInt8)
        case end
    }

    struct Token {
        let kind: Kind
        let offset: Int
    }

    /// What stops the parse, and where.
    struct Problem: Error {
        let offset: Int
        let what: String
    }

    private let bytes: [UInt8]
    private var offset: Int
    /// Escapes that mean nothing, kept as they are, by where they stand.
    private(set) var oddEscapes: [(offset: Int, escape: String)] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func next() throws(Problem) -> Token {
        skipBlank()
        let start = offset
        guard offset < bytes.count else { return Token(kind: .end, offset: start) }
        let byte = bytes[offset]
        if isLetter(byte) {
            offset += 1
            while offset < bytes.count, isLetter(bytes[offset]) || isDigit(bytes[offset]) { offset += 1 }
            return Token(kind: .identifier(text(start)), offset: start)
        }
        if startsNumber {
            offset += 1
            while offset < bytes.count, isNumberPart(bytes[offset]) { offset += 1 }
            return Token(kind: .number(text(start)), offset: start)
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            return Token(kind: .string(try quoted(byte)), offset: start)
        }
        if "{}<>[]:;,./".utf8.contains(byte) {
            offset += 1
            return Token(kind: .symbol(byte), offset: start)
        }
        throw Problem(offset: start, what: "unexpected character \(name(of: byte))")
    }

    private mutating func skipBlank() {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), 0x09...0x0D:
                offset += 1
            case UInt8(ascii: "#"):
                while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            default:
                return
            }
        }
    }

    private var startsNumber: Bool {
        let byte = bytes[offset]
        if isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { return true }
        return byte == UInt8(ascii: ".") && offset + 1 < bytes.count && isDigit(bytes[offset + 1])
    }

    private mutating func quoted(_ quote: UInt8) throws(Problem) -> [UInt8] {
        let start = offset
        offset += 1
        var result: [UInt8] = []
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
            let byte = bytes[offset]
            if byte == quote {
                offset += 1
                return result
            }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &result)
            } else {
                result.append(byte)
                offset += 1
            }
        }
        throw Problem(offset: start, what: "this text is not closed on its line")
    }

    private mutating func escape(into result: inout [UInt8]) throws(Problem) {
        let start = offset
        offset += 1
        guard offset < bytes.count else { return }
        let byte = bytes[offset]
        if isOctal(byte) {
            result.append(try code(start, base: 8, atMost: 3))
            return
        }
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "a"): result.append(0x07)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "v"): result.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): result.append(byte)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): result.append(try code(start, base: 16, atMost: 2))
        case UInt8(ascii: "u"): try unicode(start, digits: 4, into: &result)
        case UInt8(ascii: "U"): try unicode(start, digits: 8, into: &result)
        case UInt8(ascii: "\n"):
            throw Problem(offset: start, what: "this text is not closed on its line")
        default:
            oddEscapes.append((start, "\\" + String(decoding: [byte], as: UTF8.self)))
            result += [UInt8(ascii: "\\"), byte]
        }
    }

    private mutating func code(_ start: Int, base: Int, atMost: Int) throws(Problem) -> UInt8 {
        var value = 0
        var count = 0
        while count < atMost, offset < bytes.count, let digit = digit(bytes[offset], base) {
            value = value * base + digit
            count += 1
            offset += 1
        }
        guard count > 0, let byte = UInt8(exactly: value) else {
            throw Problem(offset: start, what: "this escape is no byte value; use \\0 to \\377 or \\x0 to \\xFF")
        }
        return byte
    }

    private mutating func unicode(_ start: Int, digits: Int, into result: inout [UInt8]) throws(Problem) {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard offset < bytes.count, let digit = digit(bytes[offset], 16), value <= 0x0FFF_FFFF else {
                throw Problem(offset: start, what: "this escape needs \(digits) hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw Problem(offset: start, what: "this escape is no Unicode character")
        }
        result += Array(String(Character(scalar)).utf8)
    }

    private func digit(_ byte: UInt8, _ base: Int) -> Int? {
        guard let value = Character(Unicode.Scalar(byte)).hexDigitValue, value < base else { return nil }
        return value
    }

    private func text(_ start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }

    private func name(of byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7F { return "`\(Character(Unicode.Scalar(byte)))`" }
        return byte >= 0x80 ? "outside quotes" : "with code \(byte)"
    }

    private func isOctal(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "7") }
    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }

    private func isNumberPart(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || ".+-".utf8.contains(byte)
    }
}
