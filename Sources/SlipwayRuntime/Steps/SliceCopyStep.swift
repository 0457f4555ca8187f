import SlipwayCore

/// A range of an inner axis, copied.
struct SliceCopyStep: Step {
    let input: Int
    let output: Int
    let axis: Int
    let start: Int

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[input], y = frame[output]
        let outer = x.shape.product(1..<max(axis, 1))
        let tail = x.shape.product(axis + 1..<max(x.shape.rank, axis + 1))
        let from = x.shape[axis] * tail, to = y.shape[axis] * tail
        for row in 0..<x.shape.rows {
            copyRows(outer, to, x.floats + row * x.stride + start * tail, from, y.floats + row * y.stride, to)
        }
    }
}
