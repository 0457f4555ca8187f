public import SlipwayCore

/// Builds a graph step by step; every step is typed at once, so a mistake throws where it is made.
public struct GraphBuilder {
    public let name: String
    private var values: [Value] = []
    private var inputs: [(name: String, value: ValueID)] = []
    private var parameters: [Parameter] = []
    private var nodes: [Node] = []
    private var outputs: [(name: String, value: ValueID)] = []
    private var inputByName: [String: ValueID] = [:]
    private var parameterByName: [String: Parameter] = [:]
    private var usedNames: Set<String> = []
    private var scopes: [String] = []

    public init(name: String) { self.name = name }

    public func type(_ id: ValueID) -> ValueType { values[id.index].type }

    /// The last dimension of `id`. Throws when it is a symbol.
    public func width(_ id: ValueID) throws -> Int { try type(id).width() }

    /// Appends `scope` to the module path of the steps that follow.
    public mutating func enter(scope: String) { scopes.append(scope) }

    /// Takes the last scope off the module path.
    public mutating func leaveScope() { _ = scopes.popLast() }

    /// Empties the module path and gives what it was.
    public mutating func takeScopes() -> [String] {
        defer { scopes = [] }
        return scopes
    }

    /// Puts a module path back.
    public mutating func restore(scopes: [String]) { self.scopes = scopes }

    /// The input called `name`; asked for twice it is one value, and the types must agree.
    public mutating func input(_ name: String, _ type: ValueType) throws -> ValueID {
        if let known = inputByName[name] {
            guard self.type(known) == type else {
                throw SlipwayError(.mismatch, "input \(name) is used as \(self.type(known)) and as \(type)")
            }
            return known
        }
        let id = add(name: name, type)
        inputs.append((name, id))
        inputByName[name] = id
        return id
    }

    /// The dense weight called `name`; asked for twice it is one value, and type and source must agree.
    public mutating func parameter(
        _ name: String, shape: [Int], dtype: DType = .f32, source: ParameterSource? = nil
    ) throws -> ValueID {
        try parameter(name, ValueType(dtype, shape.map(Dimension.fixed)), isTable: false, source: source)
    }

    /// The embedding table called `name`: `rows` × `width`, stored as `dtype`.
    public mutating func table(_ name: String, rows: Int, width: Int, dtype: DType) throws -> ValueID {
        try parameter(name, ValueType(dtype, [.fixed(rows), .fixed(width)]), isTable: true, source: nil)
    }

    /// A parameter of another graph, of `type` there.
    public mutating func parameter(like other: Parameter, _ type: ValueType) throws -> ValueID {
        try parameter(other.name, type, isTable: other.isTable, source: other.source)
    }

    private mutating func parameter(
        _ name: String, _ type: ValueType, isTable: Bool, source: ParameterSource?
    ) throws -> ValueID {
        let source = source ?? .tensor(name)
        if let known = parameterByName[name] {
            guard self.type(known.value) == type else {
                throw SlipwayError(.mismatch, "parameter \(name) is used as \(self.type(known.value)) and as \(type)")
            }
            guard known.isTable == isTable, known.source == source else {
                throw SlipwayError(
                    .mismatch, "parameter \(name) is used twice, with different sources or as weight and as table")
            }
            return known.value
        }
        let id = add(name: (isTable ? "t" : "p") + String(parameters.count), type)
        let parameter = Parameter(name: name, value: id, isTable: isTable, source: source)
        parameters.append(parameter)
        parameterByName[name] = parameter
        return id
    }

    /// Names of all weights and tables so far.
    public var parameterNames: Set<String> { Set(parameterByName.keys) }

    /// Adds a step with one result.
    public mutating func add(_ operation: some Operation, _ operands: [Operand]) throws -> ValueID {
        let results = try addAll(operation, operands)
        guard let first = results.first, results.count == 1 else {
            throw SlipwayError(.internalFault, "\(Swift.type(of: operation).name) has \(results.count) results")
        }
        return first
    }

    /// Adds a step and gives all its results.
    public mutating func addAll(_ operation: any Operation, _ operands: [Operand]) throws -> [ValueID] {
        let place = Swift.type(of: operation).name
        try GraphVerifier.checkArity(operation, operands, place)
        let types = try operation.resultTypes(OperandTypes(operands.map { ($0.role, type($0.value)) }))
        let results = types.map { add(name: "v\(values.count)", $0) }
        let scope = scopes.joined(separator: ".")
        nodes.append(Node(operation: operation, operands: operands, results: results, scope: scope))
        return results
    }

    public mutating func output(_ name: String, _ value: ValueID) throws {
        guard !outputs.contains(where: { $0.name == name }) else {
            throw SlipwayError(
                .invalidConfig, "output \(name) is produced twice", fix: "give the towers different names")
        }
        outputs.append((name, value))
    }

    /// The finished graph, verified.
    public func build() throws -> Graph {
        let graph = Graph(
            name: name, values: values, inputs: inputs, parameters: parameters, nodes: nodes, outputs: outputs)
        try GraphVerifier.verify(graph)
        return graph
    }

    private mutating func add(name: String, _ type: ValueType) -> ValueID {
        var unique = name
        while usedNames.contains(unique) { unique += "_" }
        usedNames.insert(unique)
        values.append(Value(name: unique, type: type))
        return ValueID(values.count - 1)
    }
}
