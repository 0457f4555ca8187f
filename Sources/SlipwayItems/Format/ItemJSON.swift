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

    /// Text in quotes.
    static func quoted(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0x0a: out += Array("\\n".utf8)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                out += Array(("\\u00" + (byte < 16 ? "0" : "") + digits).utf8)
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
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

        private mutating func text() -> String? {
            position += 1
            var out: [UInt8] = []
            while let byte = next {
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(validating: out, as: UTF8.self)
                case UInt8(ascii: "\\"): guard escape(&out) else { return nil }
                case 0..<0x20: return nil
                default: out.append(byte)
                }
            }
            return nil
        }

        private mutating func escape(_ out: inout [UInt8]) -> Bool {
            guard let byte = next else { return false }
            position += 1
            switch byte {
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
            case UInt8(ascii: "u"):
                guard var code = unit() else { return false }
                if (0xd800..<0xdc00).contains(code) {
                    guard next == UInt8(ascii: "\\"), position + 1 < bytes.count,
                        bytes[position + 1] == UInt8(ascii: "u")
                    else { return false }
                    position += 2
                    guard let low = unit(), (0xdc00..<0xe000).contains(low) else { return false }
                    code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
                }
                guard let scalar = Unicode.Scalar(code) else { return false }
                out += Array(String(scalar).utf8)
            default: return false
            }
            return true
        }

        /// Four hexadecimal digits.
        private mutating func unit() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            let digits = bytes[position..<position + 4]
            guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
            position += 4
            return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        }
    }
}
