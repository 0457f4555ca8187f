import SlipwayCore

/// Reads an expression by precedence climbing. `^` binds to the right and tighter than a sign before it.
struct ExpressionParser {
    /// Nesting beyond this is refused rather than recursed into.
    private static let deepest = 100

    private let text: [UInt8]
    private let variables: [String]
    private var position = 0

    static func parse(_ text: String, variables: [String]) throws -> ExpressionNode {
        var parser = ExpressionParser(text: Array(text.utf8), variables: variables)
        let node = try parser.choice(depth: 0)
        parser.skipBlanks()
        guard parser.position == parser.text.count else { throw parser.problem("something unexpected") }
        return node
    }

    private init(text: [UInt8], variables: [String]) {
        self.text = text
        self.variables = variables
    }

    private func problem(_ what: String) -> SlipwayError {
        let whole = String(decoding: text, as: UTF8.self)
        return SlipwayError(
            .invalidConfig, "\"\(whole)\" has \(what) at character \(position + 1)", fix: "mend the expression")
    }

    private mutating func skipBlanks() {
        while position < text.count, text[position] == 0x20 || text[position] == 0x09 || text[position] == 0x0a {
            position += 1
        }
    }

    private mutating func take(_ symbol: String) -> Bool {
        skipBlanks()
        guard text[position...].starts(with: symbol.utf8) else { return false }
        position += symbol.utf8.count
        return true
    }

    private mutating func choice(depth: Int) throws -> ExpressionNode {
        guard depth < Self.deepest else { throw problem("too many brackets") }
        let condition = try binary(1, depth: depth + 1)
        guard take("?") else { return condition }
        let first = try choice(depth: depth + 1)
        guard take(":") else { throw problem("no : for its ?") }
        return .choice(condition, first, try choice(depth: depth + 1))
    }

    private mutating func nextOperator() -> BinaryOperator? {
        skipBlanks()
        let rest = text[position...]
        return BinaryOperator.allCases.first { rest.starts(with: $0.rawValue.utf8) }
    }

    private mutating func binary(_ least: Int, depth: Int) throws -> ExpressionNode {
        guard depth < Self.deepest else { throw problem("too many brackets") }
        var left = try signed(depth: depth + 1)
        while let next = nextOperator(), next.precedence >= least {
            position += next.rawValue.utf8.count
            let right = try binary(next.precedence + 1, depth: depth + 1)
            left = .function(next.function, [left, right])
        }
        return left
    }

    private mutating func signed(depth: Int) throws -> ExpressionNode {
        guard depth < Self.deepest else { throw problem("too many signs") }
        if take("-") {
            return .function(BinaryOperator.minus.function, [.constant(0), try signed(depth: depth + 1)])
        }
        if take("+") { return try signed(depth: depth + 1) }
        if nextOperator() == nil, take("!") {
            return .function(BinaryOperator.equal.function, [try signed(depth: depth + 1), .constant(0)])
        }
        let base = try primary(depth: depth)
        guard take("^") else { return base }
        return .function(BinaryOperator.power.function, [base, try signed(depth: depth + 1)])
    }

    private mutating func primary(depth: Int) throws -> ExpressionNode {
        if take("(") {
            let inner = try choice(depth: depth + 1)
            guard take(")") else { throw problem("a bracket that is not closed") }
            return inner
        }
        guard position < text.count else { throw problem("no value") }
        if let number = number() { return .constant(number) }
        let name = identifier()
        guard !name.isEmpty else { throw problem("no value") }
        if take("(") { return try call(name, depth: depth) }
        if let index = variables.firstIndex(of: name) { return .variable(index) }
        switch name {
        case "_pi": return .constant(.pi)
        case "_e": return .constant(2.718281828459045)
        default: throw problem("the unknown name \(name)")
        }
    }

    private mutating func call(_ name: String, depth: Int) throws -> ExpressionNode {
        var arguments: [ExpressionNode] = []
        if !take(")") {
            repeat { arguments.append(try choice(depth: depth + 1)) } while take(",")
            guard take(")") else { throw problem("a bracket that is not closed") }
        }
        if let vector = VectorFunction(rawValue: name) {
            guard arguments.count == vector.arity else {
                throw problem("\(arguments.count) arguments for \(name), which takes \(vector.arity),")
            }
            return .reduction(vector, arguments)
        }
        guard let function = ElementFunction.named(name) else { throw problem("the unknown function \(name)") }
        guard function.arity.map({ $0 == arguments.count }) ?? !arguments.isEmpty else {
            let wanted = function.arity.map { String($0) } ?? "one or more"
            throw problem("\(arguments.count) arguments for \(name), which takes \(wanted),")
        }
        return .function(function, arguments)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func number() -> Double? {
        var end = position
        while end < text.count, Self.isDigit(text[end]) || text[end] == 0x2e { end += 1 }
        guard end > position else { return nil }
        if end < text.count, text[end] | 0x20 == 0x65 {
            var after = end + 1
            if after < text.count, text[after] == 0x2b || text[after] == 0x2d { after += 1 }
            if after < text.count, Self.isDigit(text[after]) {
                while after < text.count, Self.isDigit(text[after]) { after += 1 }
                end = after
            }
        }
        guard let value = Double(String(decoding: text[position..<end], as: UTF8.self)) else { return nil }
        position = end
        return value
    }

    private mutating func identifier() -> String {
        let start = position
        while position < text.count {
            let byte = text[position]
            let isLetter = (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f || byte >= 0x80
            guard isLetter || (position > start && Self.isDigit(byte)) else { break }
            position += 1
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }
}
