import SlipwayCore

/// Reads protobuf text into a dynamic message, against the schema.
///
/// Unknown fields become warnings. Everything else that is wrong is collected, up to `maxProblems`, and thrown as one
/// error with its places; a syntax error ends the parse.
struct TextParser {
    /// What to do with a singular field, or a oneof, that is set twice.
    enum Duplicates { case reject, lastWins }

    static let maxDepth = 64
    static let maxProblems = 20

    let source: SourceText
    let table: SchemaTable
    let duplicates: Duplicates
    let needsRequired: Bool
    var scanner: TextScanner
    var token = TextScanner.Token(kind: .end, offset: 0)
    var path: [String] = []
    var problems: [TextScanner.Problem] = []
    var warnings: [ConfigWarning] = []

    /// Reads a whole message; with `needsRequired` false it may lack required fields.
    ///
    /// Throws: `invalidConfig`; the message is `file:line:column: what` with the line and a caret, for each problem.
    static func parse(
        _ source: SourceText, as schema: MessageSchema, duplicates: Duplicates = .reject, needsRequired: Bool = true,
        table: SchemaTable = .shared
    ) throws -> (message: DynamicMessage, warnings: [ConfigWarning]) {
        var parser = TextParser(
            source: source, table: table, duplicates: duplicates, needsRequired: needsRequired)
        let message = DynamicMessage(schema)
        do {
            try parser.advance()
            try parser.body(of: message, opened: parser.token.offset, closing: nil, depth: 0)
        } catch {
            parser.problems.append(error)
        }
        guard parser.problems.isEmpty else { throw parser.failure() }
        for odd in parser.scanner.oddEscapes {
            parser.warnings.append(
                ConfigWarning(
                    kind: .oddEscape, location: source.location(of: odd.offset),
                    message: "unknown escape \(odd.escape) is kept as it is; write \\\(odd.escape) to say so"))
        }
        return (message, parser.warnings)
    }

    private init(source: SourceText, table: SchemaTable, duplicates: Duplicates, needsRequired: Bool) {
        self.source = source
        self.table = table
        self.duplicates = duplicates
        self.needsRequired = needsRequired
        scanner = TextScanner(source.bytes)
    }

    /// The fields of one message up to its closing bracket, or to the end of the text for the root.
    mutating func body(
        of message: DynamicMessage, opened: Int, closing: UInt8?, depth: Int
    ) throws(TextScanner.Problem) {
        guard depth <= Self.maxDepth else { throw problem(opened, "messages nested more than \(Self.maxDepth) deep") }
        var seen = SeenFields()
        while true {
            switch token.kind {
            case .identifier(let name), .number(let name):
                try field(name, of: message, seen: &seen, depth: depth)
            case .symbol(let byte) where byte == closing:
                reportMissing(in: message, opened: opened, seen: seen)
                return
            case .end where closing == nil:
                reportMissing(in: message, opened: opened, seen: seen)
                return
            case .end:
                throw problem(opened, "this block of \(message.schema.name) is never closed")
            default:
                throw problem(token.offset, "expected a field of \(message.schema.name), got \(spoken(token))")
            }
            guard problems.count < Self.maxProblems else {
                throw problem(token.offset, "more errors follow; these are the first \(Self.maxProblems)")
            }
        }
    }

    private mutating func field(
        _ name: String, of message: DynamicMessage, seen: inout SeenFields, depth: Int
    ) throws(TextScanner.Problem) {
        let start = token.offset
        guard let field = message.schema.field(named: name) else {
            try advance()
            warnUnknown(name, in: message.schema, at: start)
            try skipContents(depth: depth)
            try skipSeparator()
            return
        }
        try advance()
        noteDuplicate(field, at: start, in: message, seen: &seen)
        let hasColon = try consume(":")
        guard hasColon || field.isMessage else {
            throw problem(token.offset, "expected `:` after `\(name)`, got \(spoken(token))")
        }
        if field.isRepeated, isSymbol("[") {
            try list(of: field, into: message, start: start, depth: depth)
        } else {
            try value(of: field, into: message, start: start, depth: depth)
        }
        try skipSeparator()
    }

    private mutating func list(
        of field: FieldSchema, into message: DynamicMessage, start: Int, depth: Int
    ) throws(TextScanner.Problem) {
        let open = token.offset
        try advance()
        if try consume("]") { return }
        while true {
            if token.kind == .end { throw problem(open, "this list of `\(field.name)` is never closed") }
            try value(of: field, into: message, start: start, depth: depth)
            if try consume("]") { return }
            guard try consume(",") else {
                throw problem(token.offset, "expected `,` or `]` in the list of `\(field.name)`, got \(spoken(token))")
            }
        }
    }

    private mutating func value(
        of field: FieldSchema, into message: DynamicMessage, start: Int, depth: Int
    ) throws(TextScanner.Problem) {
        guard case .message(let typeName) = field.type else {
            if let value = try scalar(of: field, depth: depth) { message.add(value, to: field) }
            return
        }
        guard isSymbol("{") || isSymbol("<") else {
            throw problem(token.offset, "expected `{` after `\(field.name)` (\(typeName)), got \(spoken(token))")
        }
        let closing = UInt8(ascii: isSymbol("{") ? "}" : ">")
        try advance()
        let inner = merged(field, typeName, in: message)
        path.append(field.label == .repeated ? "\(field.name)[\(message.all(field).count - 1)]" : field.name)
        try body(of: inner, opened: start, closing: closing, depth: depth + 1)
        path.removeLast()
        try advance()
    }

    /// A fresh message added to `field`, or the present one when the singular field is set again.
    private func merged(_ field: FieldSchema, _ typeName: String, in message: DynamicMessage) -> DynamicMessage {
        if let present = message.submessage(field, in: table) { return present }
        let fresh = DynamicMessage(table.message(typeName))
        message.add(.message(fresh), to: field)
        return fresh
    }
}

/// Where the fields of one message were first set.
struct SeenFields {
    var fields: [Int: Int] = [:]
    var oneofs: [String: (field: FieldSchema, offset: Int)] = [:]
}
