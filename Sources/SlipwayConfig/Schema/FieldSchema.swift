/// One field of a message: number, name, label, type, oneof and declared default.
struct FieldSchema: Sendable {
    enum Label: Sendable { case required, optional, repeated, map }

    enum FieldType: Sendable, Hashable {
        case double, float, int32, int64, uint32, uint64, bool, string, bytes
        case enumeration(String)
        case message(String)
    }

    let number: Int
    let name: String
    let label: Label
    let type: FieldType
    let oneof: String?
    /// The declared default as the .proto file spells it, strings without their quotes but with escapes.
    let defaultText: String?

    /// From `f <number> <label> <type> <name> <oneof or -> [=default]`; nil when a word is not understood.
    init?(words: [String]) {
        guard words.count >= 6, let number = Int(words[1]), let type = FieldType(word: words[3]) else { return nil }
        switch words[2] {
        case "q": label = .required
        case "o": label = .optional
        case "r": label = .repeated
        case "p": label = .map
        default: return nil
        }
        self.number = number
        self.type = type
        name = words[4]
        oneof = words[5] == "-" ? nil : words[5]
        guard words.count == 7 else {
            defaultText = nil
            return
        }
        let text = words[6].dropFirst()
        defaultText = text.first == "\"" ? String(text.dropFirst().dropLast()) : String(text)
    }

    var isRepeated: Bool { label == .repeated || label == .map }

    var isMessage: Bool {
        if case .message = type { return true }
        return false
    }
}

extension FieldSchema.FieldType {
    init?(word: String) {
        switch word {
        case "double": self = .double
        case "float": self = .float
        case "int32": self = .int32
        case "int64": self = .int64
        case "uint32": self = .uint32
        case "uint64": self = .uint64
        case "bool": self = .bool
        case "string": self = .string
        case "bytes": self = .bytes
        default:
            if word.hasPrefix("e:") {
                self = .enumeration(String(word.dropFirst(2)))
            } else if word.hasPrefix("m:") {
                self = .message(String(word.dropFirst(2)))
            } else {
                return nil
            }
        }
    }

    /// The type as a message to a person names it.
    var spoken: String {
        switch self {
        case .double, .float: return "a number"
        case .int32, .int64: return "a whole number"
        case .uint32, .uint64: return "a whole number, 0 or above"
        case .bool: return "true or false"
        case .string, .bytes: return "a text in quotes"
        case .enumeration(let name): return "a value of \(name)"
        case .message(let name): return "a block { … } (\(name))"
        }
    }
}
