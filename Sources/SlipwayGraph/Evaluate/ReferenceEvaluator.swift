public import SlipwayCore

/// Runs a graph op by op with the ops' own definitions: the meaning of a graph, slow and obvious.
public struct ReferenceEvaluator: Sendable {
    public let graph: Graph
    private let parameters: [String: Tensor]

    /// `parameters` by parameter name; quantized tables as their dequantized floats, N × D. Constants of the graph need no
    /// entry. Throws `notFound` or `mismatch` naming the parameter.
    public init(graph: Graph, parameters: [String: Tensor]) throws {
        var complete: [String: Tensor] = [:]
        for parameter in graph.parameters {
            let expected = graph.type(parameter.value).dimensions.compactMap(\.size)
            if case .constant(let values) = parameter.source {
                complete[parameter.name] = Tensor(shape: expected, floats: values)
                continue
            }
            guard let tensor = parameters[parameter.name] else {
                throw SlipwayError(.notFound, "parameter \(parameter.name) has no value")
            }
            guard tensor.shape == expected else {
                throw SlipwayError(
                    .mismatch, "parameter \(parameter.name) has shape \(tensor.shape); the graph expects \(expected)")
            }
            complete[parameter.name] = tensor
        }
        self.graph = graph
        self.parameters = complete
    }

    /// Outputs by name. `inputs` by upstream's names; `keep` names values whose tensors are returned as well.
    ///
    /// Every symbol has one size in a run. Throws `notFound` for a missing input, `mismatch` where a shape is not what the
    /// graph says, and what the ops throw, with the node.
    public func run(_ inputs: [String: Tensor], keep: Set<String> = []) throws -> [String: Tensor] {
        var tensors = [Tensor?](repeating: nil, count: graph.values.count)
        var sizes = SymbolSizes()
        for input in graph.inputs {
            guard let tensor = inputs[input.name] else {
                throw SlipwayError(.notFound, "input \(input.name) is missing")
            }
            try sizes.bind(tensor, graph.type(input.value), "input \(input.name)")
            tensors[input.value.index] = tensor
        }
        for parameter in graph.parameters { tensors[parameter.value.index] = parameters[parameter.name] }
        for (position, node) in graph.nodes.enumerated() {
            let operands = try node.operands.map { operand in
                guard let tensor = tensors[operand.value.index] else {
                    throw SlipwayError(.internalFault, "%\(graph[operand.value].name) has no value")
                }
                return (operand.role, graph.type(operand.value), tensor)
            }
            let scope = node.scope.isEmpty ? "" : " of \(node.scope)"
            try withContext("in node \(position), \(node.operationName)\(scope)") {
                let results = try node.operation.evaluate(OperandValues(operands))
                for (id, tensor) in zip(node.results, results) {
                    try sizes.bind(tensor, graph.type(id), "%\(graph[id].name)")
                    tensors[id.index] = tensor
                }
            }
        }
        var outputs: [String: Tensor] = [:]
        for output in graph.outputs { outputs[output.name] = tensors[output.value.index] }
        for (index, value) in graph.values.enumerated() where keep.contains(value.name) {
            outputs[value.name] = tensors[index]
        }
        return outputs
    }
}
