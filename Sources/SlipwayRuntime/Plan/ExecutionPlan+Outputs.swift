import SlipwayCore
import SlipwayGraph

extension ExecutionPlan {
    /// Copies the outputs of a run out of the frame.
    func collect(_ frame: RunFrame, into outputs: inout PredictorOutputs) throws {
        if !outputs.outputs.elementsEqual(graph.outputs, by: { $0.name == $1.name }) {
            outputs.outputs = graph.outputs.map { output in
                PredictorOutputs.Output(
                    name: output.name, shape: [], floats: [], ints: [],
                    isInteger: !graph.type(output.value).dtype.isFloatingPoint)
            }
        }
        for (index, output) in graph.outputs.enumerated() {
            let value = frame[output.value.index]
            if !value.shape.equals(outputs.outputs[index].shape) { outputs.outputs[index].shape = value.shape.list }
            let dtype = graph.type(output.value).dtype
            if dtype == .f32 {
                Self.copy(value, to: &outputs.outputs[index].floats)
            } else {
                outputs.outputs[index].ints = try StoredElements.read(value, as: dtype).ints
            }
        }
        outputs.mappedIDs.removeAll(keepingCapacity: true)
        for (index, feature) in layout.counters.enumerated() where frame.mapped[index] > 0 {
            outputs.mappedIDs[feature] = frame.mapped[index]
        }
    }

    private static func copy(_ value: RunValue, to floats: inout [Float]) {
        floats.removeAll(keepingCapacity: true)
        let inner = value.shape.inner
        if value.isDense {
            floats.append(contentsOf: UnsafeBufferPointer(start: value.floats, count: value.shape.rows * inner))
        } else {
            for row in 0..<value.shape.rows {
                floats.append(contentsOf: UnsafeBufferPointer(start: value.floats + row * value.stride, count: inner))
            }
        }
    }
}
