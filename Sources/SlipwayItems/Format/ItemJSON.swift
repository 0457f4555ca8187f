import SlipwayCore

/// JSON of a list or map. Numbers keep their spelling and objects their order, so that nothing is lost on the way.
enum ItemJSON: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case array([ItemJSON])
    case object([(key: String, value: ItemJSON)])

    /// Nil for what is no JSON, or nested more deeply than columns are.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        guard reader.position == bytes.count else { return nil }
        self = value
    }

    static func == (left: ItemJSON, right: ItemJSON) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.number(let a), .number(let b)), (.text(let a), .text(let b)): return a == b
        case (.array(let a), .array(let b)): return a == b
        case (.object(let a), .object(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: return false
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0
        private static let deepest = 16

        init(bytes: [UInt8]) { self.bytes = bytes }

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func skipSpace() { while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 } }

        private mutating func take(_ byte: Character) -> Bool {
            skipSpace()
            guard let own = byte.asciiValue, next == own else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) -> ItemJSON? {
            skipSpace()
            guard depth < Self.deepest, let byte = next else { return nil }
            switch byte {
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "\""): return text().map { .text($0) }
            default: return word()
            }
        }

        private mutating func array(_ depth: Int) -> ItemJSON? {
            position += 1
            var values: [ItemJSON] = []
            if take("]") { return .array([]) }
            repeat {
                guard let value = value(depth: depth + 1) else { return nil }
                values.append(value)
            } while take(",")
            return take("]") ? .array(values) : nil
        }

        private mutating func object(_ depth: Int) -> ItemJSON? {
            position += 1
            var members: [(key: String, value: ItemJSON)] = []
            if take("}") { return .object([]) }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\""), let key = text(), take(":"), let value = value(depth: depth + 1)
                else { return nil }
                members.append((key, value))
            } while take(",")
            return take("}") ? .object(members) : nil
        }

        private mutating func word() -> ItemJSON? {
            let start = position
            while let byte = next, ![0x2c, 0x5d, 0x7d, 0x20, 0x09, 0x0a, 0x0d, 0x3a].contains(byte) { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            switch text {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            // Python writes these.
            case "NaN", "Infinity", "-Infinity": return .number(text)
            default:
                guard let first = text.utf8.first, first == 0x2d || (0x30...0x39).contains(first),
                    text.utf8.allSatisfy({ (0x30...0x39).contains($0) || Array("+-.eE".utf8).contains($0) }),
                    Double(text) != nil
                else { return nil }
                return .number(text)
            }
        }

        private mutating func text() -> String? { try? QuotedText.read(bytes, at: &position) }
    }
}
