import SlipwayCore
import SlipwayGraph

/// Runs a node by its op's own definition: for ops without a step of their own.
struct ReferenceStep: Step {
    private let operation: any Operation
    private let operands: [(role: String, type: ValueType, value: Int)]
    private let results: [(value: Int, dtype: DType)]
    /// Tables as floats, by value.
    private let tables: [Int: Tensor]

    init(_ node: Node, _ graph: Graph, tables: [Int: Tensor]) {
        operation = node.operation
        operands = node.operands.map { ($0.role, graph.type($0.value), $0.value.index) }
        results = node.results.map { ($0.index, graph.type($0).dtype) }
        self.tables = tables
    }

    func run(_ frame: RunFrame) throws {
        let values = try operands.map { operand in
            (
                operand.role, operand.type,
                try tables[operand.value] ?? StoredElements.read(frame[operand.value], as: operand.type.dtype)
            )
        }
        let tensors = try operation.evaluate(OperandValues(values))
        guard tensors.count == results.count else {
            throw SlipwayError(.internalFault, "\(tensors.count) results where \(results.count) are stated")
        }
        for (tensor, result) in zip(tensors, results) {
            guard tensor.shape.count == frame.layout.values[result.value].dimensions.count else {
                throw SlipwayError(.internalFault, "a result has the shape \(tensor.shape)")
            }
            for (axis, size) in tensor.shape.enumerated() { try frame.setSize(result.value, axis: axis, size) }
            try frame.define(result.value)
            let value = frame[result.value]
            try StoredElements.write(
                tensor, as: result.dtype, rows: value.shape.rows, stride: value.stride, to: value.base)
        }
    }
}
