package import SlipwayCheckpoint
package import SlipwayCore
package import SlipwayGraph
import SlipwayKernels

/// The weights of a graph as the reference evaluator takes them, read from the checkpoint.
package struct ReferenceWeights {
    /// Tables as training left them.
    let plain: [String: Tensor]
    /// Tables as the package stores them; nil where it stores them as training left them.
    let quantized: [String: Tensor]?

    init(_ graph: Graph, _ source: any TensorSource) throws {
        var plain: [String: Tensor] = [:], quantized: [String: Tensor] = [:]
        var isQuantized = false
        for parameter in graph.parameters {
            let type = graph.type(parameter.value)
            guard parameter.isTable, case .tensor(let name) = parameter.source else {
                plain[parameter.name] = try Self.dense(parameter, type, source)
                quantized[parameter.name] = plain[parameter.name]
                continue
            }
            let rows = type.dimensions.first?.size ?? 0, width = try type.width()
            let rowBytes = try RowQuantizer.rowBytes(type.dtype, width: width)
            var floats = [Float](repeating: 0, count: rows * width)
            var bytes = [UInt8](repeating: 0, count: rows * rowBytes)
            try QuantizedRows.read(source, name, 0..<rows, width: width, to: type.dtype, &floats, &bytes)
            let tensor = Tensor(shape: [rows, width], floats: floats)
            plain[parameter.name] = tensor
            guard type.dtype != .f32 else {
                quantized[parameter.name] = tensor
                continue
            }
            isQuantized = true
            quantized[parameter.name] = Tensor(
                shape: [rows, width],
                floats: (0..<rows).flatMap { row in
                    QuantizedRows.floats(bytes[(row * rowBytes)..<((row + 1) * rowBytes)], type.dtype, width: width)
                })
        }
        self.plain = plain
        self.quantized = isQuantized ? quantized : nil
    }

    /// One dense weight. Throws `mismatch` where its kind of number is not the model's.
    package static func dense(_ parameter: Parameter, _ type: ValueType, _ source: any TensorSource) throws -> Tensor {
        let shape = type.dimensions.compactMap(\.size)
        switch parameter.source {
        case .constant(let values): return Tensor(shape: shape, floats: values)
        case .derived:
            throw SlipwayError(.internalFault, "parameter \(parameter.name) was not computed")
        case .tensor(let name):
            let tensor = try source.tensor(name)
            guard type.dtype != .i64 else { return tensor }
            return Tensor(shape: shape, floats: tensor.floats)
        case .stack(let names):
            return Tensor(shape: shape, floats: try names.flatMap { try source.tensor($0).floats })
        }
    }
}
