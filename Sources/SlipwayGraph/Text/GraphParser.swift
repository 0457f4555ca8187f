import SlipwayCore

/// Reads the text form of a graph and verifies it. Errors name the line.
public struct GraphParser {
    private var lexer: GraphLexer
    private var name = ""
    private var values: [Value] = []
    private var idByName: [String: ValueID] = [:]
    private var inputs: [(name: String, value: ValueID)] = []
    private var parameters: [Parameter] = []
    private var nodes: [Node] = []
    private var outputs: [(name: String, value: ValueID)] = []
    private var scope = ""

    public static func parse(_ text: String) throws -> Graph {
        var parser = GraphParser(lexer: try GraphLexer(text))
        return try parser.graph()
    }

    private init(lexer: GraphLexer) { self.lexer = lexer }

    private mutating func graph() throws -> Graph {
        for expected in GraphText.header.split(separator: " ") { try keyword(String(expected)) }
        guard let version = Int(try word()), version == GraphText.version else {
            throw lexer.error("this version reads graph text \(GraphText.version) only")
        }
        while lexer.token != .end {
            if lexer.token == .newline {
                try lexer.advance()
                continue
            }
            try definition()
            guard lexer.token == .newline || lexer.token == .end else { throw lexer.error("the line should end here") }
        }
        let graph = Graph(
            name: name, values: values, inputs: inputs, parameters: parameters, nodes: nodes, outputs: outputs)
        try GraphVerifier.verify(graph)
        return graph
    }

    private mutating func definition() throws {
        if lexer.token == .symbol("%") { return try node() }
        switch try word() {
        case "name": name = try string()
        case "scope": scope = try string()
        case "input":
            let name = try string(), value = try reference()
            try colon()
            inputs.append((name, try define(value, try type())))
        case "param": try parameter(isTable: false)
        case "table": try parameter(isTable: true)
        case "output":
            let name = try string()
            outputs.append((name, try known(try reference())))
        case let other: throw lexer.error("a line cannot begin with \(other)")
        }
    }

    private mutating func parameter(isTable: Bool) throws {
        let name = try string(), value = try reference()
        try colon()
        let id = try define(value, try type())
        var source = ParameterSource.tensor(name)
        if lexer.token == .symbol("=") {
            try lexer.advance()
            let kind = try word()
            try symbol("(")
            switch kind {
            case "tensor": source = .tensor(try string())
            case "stack": source = .stack(try list { try $0.string() })
            case "derived": source = .derived(try list { try $0.string() })
            case "constant": source = .constant(try list { try $0.float() })
            default: throw lexer.error("a parameter cannot come from \(kind)")
            }
            try symbol(")")
        }
        parameters.append(Parameter(name: name, value: id, isTable: isTable, source: source))
    }

    private mutating func node() throws {
        let resultNames = try list { try $0.reference() }
        try symbol("=")
        let operation = try word()
        try symbol("(")
        let operands: [Operand] = try list {
            let role = try $0.word()
            try $0.symbol("=")
            return Operand(role, try $0.known(try $0.reference()))
        }
        try symbol(")")
        var attributes: [String: AttributeValue] = [:]
        if lexer.token == .symbol("{") {
            try lexer.advance()
            let entries: [(String, AttributeValue)] = try list {
                let name = try $0.word()
                try $0.symbol("=")
                return (name, try $0.attribute())
            }
            for (name, value) in entries {
                guard attributes.updateValue(value, forKey: name) == nil else {
                    throw lexer.error("attribute \(name) is given twice")
                }
            }
            try symbol("}")
        }
        try colon()
        let types = try list { try $0.type() }
        guard types.count == resultNames.count else {
            throw lexer.error("\(resultNames.count) results, \(types.count) types")
        }
        let op = try withContext("in graph text, line \(lexer.line)") {
            try OperationCatalogue.make(operation, Attributes(attributes))
        }
        let results = try zip(resultNames, types).map { try define($0, $1) }
        nodes.append(Node(operation: op, operands: operands, results: results, scope: scope))
    }

    private mutating func attribute() throws -> AttributeValue {
        switch lexer.token {
        case .string(let text):
            try lexer.advance()
            return .string(text)
        case .symbol("["):
            try lexer.advance()
            let values = try list { parser -> Int in
                let text = try parser.word()
                guard let value = Int(text) else { throw parser.lexer.error("\(text) is not an integer") }
                return value
            }
            try symbol("]")
            return .ints(values)
        default:
            let text = try word()
            if text == "true" { return .bool(true) }
            if text == "false" { return .bool(false) }
            if let value = Int(text) { return .int(value) }
            guard let value = Double(text) else { throw lexer.error("\(text) is not a value") }
            return .float(value)
        }
    }

    private mutating func type() throws -> ValueType {
        var text = try word()
        let side: Side = text == "user" ? .user : .item
        if side == .user { text = try word() }
        guard let dtype = DType(rawValue: text) else { throw lexer.error("\(text) is not an element type") }
        try symbol("[")
        let dimensions: [Dimension] = try list { parser in
            if case .string(let text) = parser.lexer.token {
                try parser.lexer.advance()
                return .symbol(text)
            }
            let line = parser.lexer.line, text = try parser.word()
            return try withContext("in graph text, line \(line)") { try Dimension(parsing: text) }
        }
        try symbol("]")
        return ValueType(dtype, dimensions, side: side)
    }

    // MARK: Tokens

    /// Comma-separated items; none when the next token closes a bracket.
    private mutating func list<T>(_ item: (inout GraphParser) throws -> T) throws -> [T] {
        if [.symbol(")"), .symbol("]"), .symbol("}")].contains(lexer.token) { return [] }
        var items = [try item(&self)]
        while lexer.token == .symbol(",") {
            try lexer.advance()
            items.append(try item(&self))
        }
        return items
    }

    private mutating func word() throws -> String {
        guard case .word(let text) = lexer.token else { throw lexer.error("a word is missing") }
        try lexer.advance()
        return text
    }

    private mutating func float() throws -> Float {
        let text = try word()
        guard let value = Float(text) else { throw lexer.error("\(text) is not a number") }
        return value
    }

    private mutating func string() throws -> String {
        guard case .string(let text) = lexer.token else { throw lexer.error("a quoted string is missing") }
        try lexer.advance()
        return text
    }

    private mutating func keyword(_ expected: String) throws {
        while lexer.token == .newline { try lexer.advance() }
        guard lexer.token == .word(expected) else { throw lexer.error("this is not a Slipway graph") }
        try lexer.advance()
    }

    private mutating func symbol(_ expected: Character) throws {
        guard lexer.token == .symbol(expected) else { throw lexer.error("\(expected) is missing") }
        try lexer.advance()
    }

    private mutating func colon() throws {
        guard lexer.token == .word(":") else { throw lexer.error(": is missing") }
        try lexer.advance()
    }

    private mutating func reference() throws -> String {
        try symbol("%")
        switch lexer.token {
        case .word(let text), .string(let text):
            try lexer.advance()
            return text
        default: throw lexer.error("a name is missing after %")
        }
    }

    private mutating func define(_ name: String, _ type: ValueType) throws -> ValueID {
        let id = ValueID(values.count)
        guard idByName.updateValue(id, forKey: name) == nil else { throw lexer.error("%\(name) is defined twice") }
        values.append(Value(name: name, type: type))
        return id
    }

    private func known(_ name: String) throws -> ValueID {
        guard let id = idByName[name] else { throw lexer.error("%\(name) is not defined") }
        return id
    }
}
