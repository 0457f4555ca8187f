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
        skipBlank()
        guard peek == UInt8(ascii: "\"") else { throw failure("no `\"` where one should be") }
        do {
            return try QuotedText.read(bytes, at: &offset)
        } catch {
            throw failure(error.what)
        }
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
