import SlipwayCore

/// Reads a JSON object without objects inside and keeps the order of its keys, which Foundation's reader does not.
struct FlatJSON {
    enum Value: Hashable {
        case text(String)
        /// As it is spelled.
        case number(String)
        case flag(Bool)
        /// A list as it is spelled.
        case list(String)
        case null
    }

    private let name: String
    private let bytes: [UInt8]
    private var offset = 0

    /// The entries in order; a key given twice keeps its first place and its last value.
    ///
    /// Throws: `invalidArgument` with `name` and the byte where reading stopped.
    static func object(_ json: String, called name: String) throws -> [(key: String, value: Value)] {
        var reader = FlatJSON(name: name, bytes: Array(json.utf8))
        return try reader.object()
    }

    private init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    private mutating func object() throws -> [(key: String, value: Value)] {
        var entries: [(key: String, value: Value)] = []
        try expect("{")
        if take("}") { return try finish(entries) }
        while true {
            let key = try text()
            try expect(":")
            let value = try value(of: key)
            if let place = entries.firstIndex(where: { $0.key == key }) {
                entries[place].value = value
            } else {
                entries.append((key, value))
            }
            if take("}") { return try finish(entries) }
            try expect(",")
        }
    }

    private mutating func finish(
        _ entries: [(key: String, value: Value)]
    ) throws -> [(key: String, value: Value)] {
        skipBlank()
        guard offset == bytes.count else { throw failure("text after the object's end") }
        return entries
    }

    private mutating func value(of key: String) throws -> Value {
        skipBlank()
        guard let first = peek else { throw failure("the end of the text where a value should be") }
        if first == UInt8(ascii: "\"") { return .text(try text()) }
        if first == UInt8(ascii: "[") { return .list(try list()) }
        if first == UInt8(ascii: "{") {
            throw failure("an object as the value of `\(key)`; write it as a text")
        }
        let start = offset
        while let byte = peek, !",} \t\r\n".utf8.contains(byte) { offset += 1 }
        let word = String(decoding: bytes[start..<offset], as: UTF8.self)
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        default: break
        }
        let allowed = word.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard allowed, Double(word) != nil, first != UInt8(ascii: "+") else {
            offset = start
            throw failure("`\(word)`, which is no JSON value")
        }
        return .number(word)
    }

    private mutating func list() throws -> String {
        let start = offset
        var open = 0
        while let byte = peek {
            if byte == UInt8(ascii: "\"") {
                _ = try text()
                continue
            }
            offset += 1
            if byte == UInt8(ascii: "[") { open += 1 }
            if byte == UInt8(ascii: "]") { open -= 1 }
            if open == 0 { return String(decoding: bytes[start..<offset], as: UTF8.self) }
        }
        throw failure("a list that is not closed")
    }

    private mutating func text() throws -> String {
        try expect("\"")
        var units: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            offset += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &units)
            } else if byte < 0x20 {
                throw failure("a control character in a text")
            } else {
                units.append(byte)
            }
        }
        guard peek != nil else { throw failure("a text that is not closed") }
        offset += 1
        return String(decoding: units, as: UTF8.self)
    }

    private mutating func escape(into units: inout [UInt8]) throws {
        guard let byte = peek else { throw failure("a text that is not closed") }
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "u"):
            var code = try hex()
            if (0xD800..<0xDC00).contains(code), peek == UInt8(ascii: "\\") {
                offset += 1
                guard take("u"), case let low = try hex(), (0xDC00..<0xE000).contains(low) else {
                    throw failure("half a surrogate pair")
                }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
            units += Array(String(Character(scalar)).utf8)
        default:
            throw failure("an escape JSON does not have")
        }
    }

    private mutating func hex() throws -> UInt32 {
        guard offset + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw failure("an escape without four hexadecimal digits") }
        offset += 4
        return code
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlank() {
        while let byte = peek, " \t\r\n".utf8.contains(byte) { offset += 1 }
    }

    private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
        skipBlank()
        guard peek == UInt8(ascii: symbol) else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ symbol: Unicode.Scalar) throws {
        guard take(symbol) else { throw failure("no `\(Character(symbol))` where one should be") }
    }

    private func failure(_ what: String) -> SlipwayError {
        SlipwayError(
            .invalidArgument, "\(name) is no flat JSON object: \(what), at byte \(offset)",
            fix: #"write it as {"name": "value"}"#)
    }
}
