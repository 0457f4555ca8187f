import SlipwayCore

/// Dimensions in another order.
struct TransposeStep: Step {
    let input: Int
    let output: Int
    let permutation: [Int]

    func run(_ frame: RunFrame) throws {
        let shape = frame[input].shape
        for (axis, source) in permutation.enumerated() { try frame.setSize(output, axis: axis, shape[source]) }
        try frame.define(output)
        let x = frame[input], y = frame[output]
        var own = SIMD8<Int>(repeating: 0), stride = 1
        for axis in (0..<shape.rank).reversed() {
            own[axis] = axis == 0 ? x.stride : stride
            stride *= shape[axis]
        }
        guard shape.rank > 1 else { return copyRows(shape.rows, 1, x.floats, x.stride, y.floats, y.stride) }
        for row in 0..<y.shape.rows {
            var target = y.floats + row * y.stride
            copy(1, x.floats + row * own[permutation[0]], &target, own, y.shape)
        }
    }

    private func copy(
        _ axis: Int, _ source: UnsafePointer<Float>, _ target: inout UnsafeMutablePointer<Float>, _ strides: SIMD8<Int>,
        _ shape: Shape
    ) {
        let step = strides[permutation[axis]]
        if axis == shape.rank - 1 {
            for index in 0..<shape[axis] { target[index] = source[index * step] }
            target += shape[axis]
            return
        }
        for index in 0..<shape[axis] { copy(axis + 1, source + index * step, &target, strides, shape) }
    }
}
