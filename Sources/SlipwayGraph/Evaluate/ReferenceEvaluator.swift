public import SlipwayCore

/// Runs a graph op by op with the ops' own definitions: the meaning of a graph, slow and obvious.
public struct ReferenceEvaluator: Sendable {
    public let graph: Graph
    private let parameters: [String: Tensor]

    /// `parameters` by parameter name; quantized tables as their dequantized floats, N × D.
    public init(graph: Graph, parameters: [String: Tensor]) throws {
        for parameter in graph.parameters {
            guard let tensor = parameters[parameter.name] else {
                throw SlipwayError(.notFound, "parameter \(parameter.name) has no value")
            }
            let expected = graph.type(parameter.value).dimensions.compactMap(\.size)
            guard tensor.shape == expected else {
                throw SlipwayError(
                    .mismatch, "parameter \(parameter.name) has shape \(tensor.shape); the graph expects \(expected)")
            }
        }
        self.graph = graph
        self.parameters = parameters
    }

    /// Outputs by name. `inputs` by upstream's names; `keep` names values whose tensors are returned as well.
    public func run(_ inputs: [String: Tensor], keep: Set<String> = []) throws -> [String: Tensor] {
        var tensors = [Tensor?](repeating: nil, count: graph.values.count)
        for input in graph.inputs {
            guard let tensor = inputs[input.name] else { throw SlipwayError(.notFound, "input \(input.name) is missing") }
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
            let results = try withContext("in node \(position), \(node.operationName) of \(node.scope)") {
                try node.operation.evaluate(OperandValues(operands))
            }
            for (id, tensor) in zip(node.results, results) { tensors[id.index] = tensor }
        }
        var outputs: [String: Tensor] = [:]
        for output in graph.outputs { outputs[output.name] = tensors[output.value.index] }
        for (index, value) in graph.values.enumerated() where keep.contains(value.name) {
            outputs[value.name] = tensors[index]
        }
        return outputs
    }
}
