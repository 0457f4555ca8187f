public import SlipwayCore
public import SlipwayGraph

/// Computes what weights alone decide, once, so that a package stores the results as weights.
public enum WeightFolding {
    public struct Result: Sendable {
        /// The graph without the steps that were computed; their results are parameters whose source is `derived`.
        public let graph: Graph
        /// The values of these parameters by name.
        public let values: [String: Tensor]
    }

    /// Folds `graph`; `read` gives the values of a parameter. Only what is needed is read.
    ///
    /// A derived parameter is called after the first one it comes from, with `#` and a number.
    public static func fold(_ graph: Graph, read: (Parameter) throws -> Tensor) throws -> Result {
        var folding = Folding(graph)
        guard !folding.frontier.isEmpty else { return Result(graph: graph, values: [:]) }
        var rewrite = try GraphRewrite(graph) { folding.isRead($0.value) }
        var values: [String: Tensor] = [:]
        var counts: [String: Int] = [:]
        for (position, node) in graph.nodes.enumerated() {
            guard folding.isFolded[position] else {
                try rewrite.copy(node)
                continue
            }
            for result in node.results where folding.frontier.contains(result) {
                let tensor = try withContext("folding \(node.operationName) of \(node.scope)") {
                    try folding.evaluate(result, read)
                }
                let sources = folding.sources(of: result)
                guard let first = sources.first else {
                    throw SlipwayError(.internalFault, "a weight comes from nothing")
                }
                counts[first, default: 0] += 1
                let name = "\(first)#\(counts[first] ?? 0)"
                values[name] = tensor
                rewrite.replace(
                    result, by: try rewrite.parameter(name, shape: tensor.shape, source: .derived(sources)))
            }
        }
        return Result(graph: try rewrite.finish().graph, values: values)
    }
}

/// Which steps of a graph depend on weights alone, and what they give.
private struct Folding {
    private let graph: Graph
    let isFolded: [Bool]
    /// Folded values that other steps or outputs read.
    let frontier: Set<ValueID>
    private let parameters: [ValueID: Parameter]
    private let producers: [ValueID: Node]
    private let readByOthers: Set<ValueID>
    private var tensors: [ValueID: Tensor] = [:]

    init(_ graph: Graph) {
        self.graph = graph
        parameters = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.value, $0) })
        var constants = Set(graph.denseParameters.filter { graph.type($0.value).dtype == .f32 }.map(\.value))
        var isFolded: [Bool] = [], producers: [ValueID: Node] = [:]
        var readByOthers = Set(graph.outputs.map(\.value))
        for node in graph.nodes {
            let isConstant =
                !node.operands.isEmpty && node.operands.allSatisfy { constants.contains($0.value) }
                && node.results.allSatisfy { graph.type($0).dtype == .f32 }
            isFolded.append(isConstant)
            if isConstant {
                constants.formUnion(node.results)
                for result in node.results { producers[result] = node }
            } else {
                readByOthers.formUnion(node.operands.map(\.value))
            }
        }
        self.isFolded = isFolded
        self.producers = producers
        self.readByOthers = readByOthers
        frontier = readByOthers.filter { producers[$0] != nil }
    }

    /// Whether the folded graph still reads the parameter `value`.
    func isRead(_ value: ValueID) -> Bool { readByOthers.contains(value) }

    /// Names of the parameters that decide `value`, in the order they are read.
    func sources(of value: ValueID) -> [String] {
        if let parameter = parameters[value] { return [parameter.name] }
        var names: [String] = []
        for operand in producers[value]?.operands ?? [] {
            for name in sources(of: operand.value) where !names.contains(name) { names.append(name) }
        }
        return names
    }

    mutating func evaluate(_ value: ValueID, _ read: (Parameter) throws -> Tensor) throws -> Tensor {
        if let known = tensors[value] { return known }
        let tensor: Tensor
        if let parameter = parameters[value] {
            tensor = try read(parameter)
        } else if let node = producers[value] {
            let operands = try node.operands.map { ($0.role, graph.type($0.value), try evaluate($0.value, read)) }
            let results = try node.operation.evaluate(OperandValues(operands))
            for (result, tensor) in zip(node.results, results) { tensors[result] = tensor }
            guard let own = tensors[value] else { throw SlipwayError(.internalFault, "a step gives no result") }
            return own
        } else {
            throw SlipwayError(.internalFault, "%\(graph[value].name) is no weight")
        }
        tensors[value] = tensor
        return tensor
    }
}
