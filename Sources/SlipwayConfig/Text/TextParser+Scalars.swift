extension TextParser {
    /// The value at the token, which is consumed even when it is wrong; nil after a noted problem.
    mutating func scalar(of field: FieldSchema, depth: Int) throws(TextScanner.Problem) -> DynamicValue? {
        let start = token.offset
        switch token.kind {
        case .string:
            return try texts(of: field)
        case .identifier(let word):
            try advance()
            return named(word, of: field, at: start)
        case .number(let text):
            try advance()
            return number(text, of: field, at: start)
        case .symbol(UInt8(ascii: "{")), .symbol(UInt8(ascii: "<")), .symbol(UInt8(ascii: "[")):
            note(start, mismatch(field, "a block or list"))
            try skipContents(depth: depth)
            return nil
        default:
            throw problem(start, mismatch(field, spoken(token)))
        }
    }

    /// One or more strings side by side, joined.
    private mutating func texts(of field: FieldSchema) throws(TextScanner.Problem) -> DynamicValue? {
        let start = token.offset
        var bytes: [UInt8] = []
        while case .string(let part) = token.kind {
            bytes += part
            try advance()
        }
        switch field.type {
        case .bytes:
            return .bytes(bytes)
        case .string:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                note(start, "`\(field.name)` must be UTF-8 text")
                return nil
            }
            return .string(text)
        default:
            note(start, mismatch(field, "a text in quotes"))
            return nil
        }
    }

    private mutating func named(_ word: String, of field: FieldSchema, at offset: Int) -> DynamicValue? {
        switch field.type {
        case .bool:
            switch word {
            case "true", "True", "t": return .bool(true)
            case "false", "False", "f": return .bool(false)
            default: break
            }
        case .enumeration(let name):
            let schema = table.enumeration(name)
            if let number = schema.number(of: word) { return .enumeration(number) }
            var what = "`\(field.name)` (\(name)) has no value `\(word)`"
            if let near = NearestName.match(word, in: schema.names) { what += "; did you mean `\(near)`?" }
            note(offset, what + " Known: " + schema.names.joined(separator: ", "))
            return nil
        case .float, .double:
            if let value = NumberLiteral.float(word) { return real(value, of: field, at: offset) }
        default:
            break
        }
        note(offset, mismatch(field, "`\(word)`"))
        return nil
    }

    private mutating func number(_ text: String, of field: FieldSchema, at offset: Int) -> DynamicValue? {
        switch field.type {
        case .int32, .int64, .uint32, .uint64:
            return integer(text, of: field, at: offset)
        case .float, .double:
            if let value = NumberLiteral.float(text) { return real(value, of: field, at: offset) }
        case .bool:
            if text == "0" || text == "1" { return .bool(text == "1") }
        case .enumeration(let name):
            guard let value = NumberLiteral.integer(text) else { break }
            if !value.negative, let number = value.magnitude.flatMap(Int32.init(exactly:)),
                table.enumeration(name).name(of: number) != nil
            {
                return .enumeration(number)
            }
            note(offset, "`\(field.name)` (\(name)) has no value with number \(text)")
            return nil
        default:
            break
        }
        note(offset, mismatch(field, "`\(text)`"))
        return nil
    }

    private mutating func integer(_ text: String, of field: FieldSchema, at offset: Int) -> DynamicValue? {
        guard let (negative, magnitude) = NumberLiteral.integer(text) else {
            note(offset, mismatch(field, "`\(text)`"))
            return nil
        }
        let signed: Int64? = magnitude.flatMap { value in
            negative ? (value == 1 << 63 ? .min : Int64(exactly: value).map { -$0 }) : Int64(exactly: value)
        }
        let range: String
        switch field.type {
        case .int32:
            if let signed, Int32(exactly: signed) != nil { return .int(signed) }
            range = "\(Int32.min) to \(Int32.max)"
        case .int64:
            if let signed { return .int(signed) }
            range = "\(Int64.min) to \(Int64.max)"
        case .uint32:
            if let magnitude, !negative || magnitude == 0, UInt32(exactly: magnitude) != nil { return .uint(magnitude) }
            range = "0 to \(UInt32.max)"
        default:
            if let magnitude, !negative || magnitude == 0 { return .uint(magnitude) }
            range = "0 to \(UInt64.max)"
        }
        note(offset, "`\(field.name)` is out of range: \(text) is not in \(range)")
        return nil
    }

    private mutating func real(_ value: Double, of field: FieldSchema, at offset: Int) -> DynamicValue? {
        guard field.type == .float else { return .double(value) }
        let narrow = Float(value)
        if narrow.isInfinite, value.isFinite {
            note(offset, "`\(field.name)` is out of range: it must fit a 32-bit float")
            return nil
        }
        return .float(narrow)
    }

    private func mismatch(_ field: FieldSchema, _ got: String) -> String {
        "`\(field.name)` must be \(field.type.spoken), got \(got)"
    }
}
