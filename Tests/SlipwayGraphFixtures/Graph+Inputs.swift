package import SlipwayCore
package import SlipwayGraph

extension Graph {
    /// A slot for every input.
    package var inputSlots: [InputSlot] {
        inputs.map { input in
            let type = type(input.value)
            return InputSlot(
                name: input.name, element: type.dtype == .f32 ? .float : type.dtype == .i64 ? .int64 : .int32,
                width: type.dimensions.dropFirst().compactMap(\.size).reduce(1, *))
        }
    }

    /// Inputs for the reference evaluator.
    package func tensors(of batch: InputBatch) -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (index, input) in inputs.enumerated() {
            let buffer = batch.buffers[index]
            let type = type(input.value)
            let tail = type.dimensions.dropFirst().compactMap(\.size)
            let width = max(tail.reduce(1, *), 1)
            switch type.dtype {
            case .f32: result[input.name] = Tensor(shape: [buffer.float.count / width] + tail, floats: buffer.float)
            case .i64: result[input.name] = Tensor(shape: [buffer.int64.count], ints: buffer.int64)
            default: result[input.name] = Tensor(shape: [buffer.int32.count], ints: buffer.int32.map(Int64.init))
            }
        }
        return result
    }
}
