import SlipwayCore

/// Reads JSON (RFC 8259, and Python's NaN and Infinity) from bytes.
struct JSONReader {
    /// Nesting beyond this is refused rather than recursed into.
    private static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0

    /// - Throws: `corrupt` with line and column.
    static func read(_ bytes: [UInt8], called name: String) throws -> JSONNode {
        var reader = JSONReader(bytes: bytes)
        return try withContext(name) {
            let value = try reader.value(depth: 0)
            reader.skipBlanks()
            guard reader.position == bytes.count else { throw reader.problem("text after the end") }
            return value
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func problem(_ what: String) -> SlipwayError {
        let before = bytes[..<position]
        let line = before.count { $0 == 0x0a } + 1
        let column = position - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
        return SlipwayError(.corrupt, "line \(line), column \(column): \(what)", fix: "give a JSON file")
    }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ wanted: UInt8) -> Bool {
        guard byte == wanted else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count,
            (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { return false }
        position += count
        return true
    }

    private mutating func value(depth: Int) throws -> JSONNode {
        guard depth < Self.deepest else { throw problem("nested too deeply") }
        skipBlanks()
        switch byte {
        case 0x7b: return try object(depth: depth)
        case 0x5b: return try array(depth: depth)
        case 0x22: return .text(try string())
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws -> JSONNode {
        position += 1
        var members: [JSONNode.Member] = []
        skipBlanks()
        if take(0x7d) { return .object([]) }
        while true {
            skipBlanks()
            guard byte == 0x22 else { throw problem("expected a key in quotes") }
            let key = try string()
            skipBlanks()
            guard take(0x3a) else { throw problem("expected a colon") }
            members.append(.init(key: key, value: try value(depth: depth + 1)))
            skipBlanks()
            if take(0x7d) { return .object(members) }
            guard take(0x2c) else { throw problem("expected a comma or a closing brace") }
        }
    }

    private mutating func array(depth: Int) throws -> JSONNode {
        position += 1
        var values: [JSONNode] = []
        skipBlanks()
        if take(0x5d) { return .array([]) }
        while true {
            values.append(try value(depth: depth + 1))
            skipBlanks()
            if take(0x5d) { return .array(values) }
            guard take(0x2c) else { throw problem("expected a comma or a closing bracket") }
        }
    }

    private mutating func word() throws -> JSONNode {
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if take("null") { return .null }
        if take("NaN") { return .number(.nan) }
        if take("Infinity") { return .number(.infinity) }
        if take("-Infinity") { return .number(-.infinity) }
        let start = position
        while let byte, (0x30...0x39).contains(byte) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let whole = Int64(text) { return .integer(whole) }
        if let whole = UInt64(text) { return .unsigned(whole) }
        guard let number = Double(text), !text.isEmpty else {
            position = start
            throw problem("expected a value")
        }
        return .number(number)
    }

    private mutating func string() throws -> String {
        position += 1
        var out: [UInt8] = []
        while let byte {
            position += 1
            switch byte {
            case 0x22: return String(decoding: out, as: UTF8.self)
            case 0x5c: try escape(into: &out)
            default: out.append(byte)
            }
        }
        throw problem("a text without its closing quote")
    }

    private mutating func escape(into out: inout [UInt8]) throws {
        guard let byte else { throw problem("a text without its closing quote") }
        position += 1
        switch byte {
        case 0x22, 0x2f, 0x5c: out.append(byte)
        case 0x62: out.append(0x08)
        case 0x66: out.append(0x0c)
        case 0x6e: out.append(0x0a)
        case 0x72: out.append(0x0d)
        case 0x74: out.append(0x09)
        case 0x75:
            var code = try hexadecimal()
            if (0xd800..<0xdc00).contains(code), take("\\u") {
                let low = try hexadecimal()
                code = (0xdc00..<0xe000).contains(low) ? 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00) : 0xfffd
            }
            out += Array(String(Unicode.Scalar(code) ?? "\u{fffd}").utf8)
        default: throw problem("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard bytes.count - position >= 4 else { throw problem("an escape is cut short") }
        let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 != 0x2b && $0 != 0x2d }), let code = UInt32(text, radix: 16) else {
            throw problem("an escape without four hexadecimal digits")
        }
        position += 4
        return code
    }
}
