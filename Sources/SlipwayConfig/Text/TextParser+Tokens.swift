extension TextParser {
    mutating func advance() throws(TextScanner.Problem) {
        token = try scanner.next()
    }

    func isSymbol(_ symbol: Unicode.Scalar) -> Bool {
        token.kind == .symbol(UInt8(ascii: symbol))
    }

    mutating func consume(_ symbol: Unicode.Scalar) throws(TextScanner.Problem) -> Bool {
        guard isSymbol(symbol) else { return false }
        try advance()
        return true
    }

    /// Fields may be followed by one comma or semicolon.
    mutating func skipSeparator() throws(TextScanner.Problem) {
        if try consume(",") { return }
        _ = try consume(";")
    }

    /// Passes over whatever stands after a field's name, its type unknown.
    mutating func skipContents(depth: Int) throws(TextScanner.Problem) {
        guard depth <= Self.maxDepth else {
            throw problem(token.offset, "messages nested more than \(Self.maxDepth) deep")
        }
        _ = try consume(":")
        let open = token.offset
        switch token.kind {
        case .symbol(UInt8(ascii: "{")), .symbol(UInt8(ascii: "<")):
            let closing: Unicode.Scalar = isSymbol("{") ? "}" : ">"
            try advance()
            while try !consume(closing) {
                guard isName else { throw unexpectedInSkipped(open) }
                try advance()
                try skipContents(depth: depth + 1)
                try skipSeparator()
            }
        case .symbol(UInt8(ascii: "[")):
            try advance()
            while try !consume("]") {
                if token.kind == .end { throw unexpectedInSkipped(open) }
                try skipContents(depth: depth + 1)
                _ = try consume(",")
            }
        case .string:
            while case .string = token.kind { try advance() }
        case .identifier, .number:
            try advance()
        default:
            throw problem(open, "expected a value, got \(spoken(token))")
        }
    }

    private var isName: Bool {
        switch token.kind {
        case .identifier, .number: return true
        default: return false
        }
    }

    private func unexpectedInSkipped(_ open: Int) -> TextScanner.Problem {
        token.kind == .end
            ? problem(open, "this block is never closed")
            : problem(token.offset, "expected a field, got \(spoken(token))")
    }

    func spoken(_ token: TextScanner.Token) -> String {
        switch token.kind {
        case .identifier(let text), .number(let text): return "`\(text)`"
        case .string: return "a text in quotes"
        case .symbol(let byte): return "`\(Character(Unicode.Scalar(byte)))`"
        case .end: return "the end of the file"
        }
    }
}
