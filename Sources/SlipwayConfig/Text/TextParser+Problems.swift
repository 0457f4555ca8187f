import SlipwayCore

extension TextParser {
    func problem(_ offset: Int, _ what: String) -> TextScanner.Problem {
        TextScanner.Problem(offset: offset, what: what)
    }

    mutating func note(_ offset: Int, _ what: String) {
        problems.append(problem(offset, what))
    }

    /// All problems as one error, in the order of the text.
    func failure() -> SlipwayError {
        let sorted = problems.sorted { $0.offset < $1.offset }
        let blocks = sorted.map { "\(source.location(of: $0.offset)): \($0.what)\n\(source.quote($0.offset))" }
        return SlipwayError(.invalidConfig, blocks.joined(separator: "\n"))
    }

    mutating func warnUnknown(_ name: String, in schema: MessageSchema, at offset: Int) {
        let place = path.joined(separator: ".")
        var message = "unknown field `\(name)` in \(schema.name)"
        if !place.isEmpty { message += " at \(place)" }
        message += " is ignored"
        if let near = NearestName.match(name, in: schema.fields.map(\.name)) { message += "; did you mean `\(near)`?" }
        warnings.append(
            ConfigWarning(kind: .unknownField, location: source.location(of: offset), path: place, message: message))
    }

    /// Notes a singular field or oneof set before in the same block, and clears an earlier scalar or oneof member.
    mutating func noteDuplicate(
        _ field: FieldSchema, at offset: Int, in message: DynamicMessage, seen: inout SeenFields
    ) {
        let earlier: (name: String, offset: Int)?
        if let oneof = field.oneof, let other = seen.oneofs[oneof] {
            earlier = (other.field.name, other.offset)
        } else {
            earlier = seen.fields[field.number].map { (field.name, $0) }
        }
        seen.fields[field.number] = offset
        if let oneof = field.oneof { seen.oneofs[oneof] = (field, offset) }
        guard let earlier, !field.isRepeated else { return }
        let line = source.position(of: earlier.offset).line
        var what = "`\(field.name)` is set a second time (first on line \(line))"
        if earlier.name != field.name {
            what = "`\(field.name)` excludes `\(earlier.name)` (line \(line)); only one of them may be set"
        }
        switch duplicates {
        case .reject:
            note(offset, what)
        case .lastWins:
            let keeps = field.isMessage && earlier.name == field.name ? "both are merged" : "this one counts"
            warnings.append(
                ConfigWarning(
                    kind: .repeatedField, location: source.location(of: offset), path: path.joined(separator: "."),
                    message: "\(what); \(keeps)"))
        }
    }

    /// Notes each needed field that the block does not set.
    mutating func reportMissing(in message: DynamicMessage, opened: Int, seen: SeenFields) {
        guard needsRequired else { return }
        for field in message.schema.fields where RequiredFields.isNeeded(field, in: message.schema) {
            guard seen.fields[field.number] == nil, !message.has(field) else { continue }
            note(opened, "required field `\(field.name)` of \(message.schema.name) is missing")
        }
    }
}
