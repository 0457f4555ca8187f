import SlipwayCore
import SlipwayKernels

/// A batched product of two values of equal rank, or of one with a matrix.
struct MatmulStep: Step {
    let a: Int
    let b: Int
    let output: Int
    let transposed: Bool

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[a], y = frame[b], z = frame[output]
        let rank = x.shape.rank
        let shared = y.shape.rank < rank
        guard rank > 3 else {
            return try multiply(
                x.floats, x.stride, y.floats, shared ? 0 : y.stride, z.floats, z.stride,
                batch: rank == 3 ? x.shape.rows : 1,
                frame)
        }
        // Inside one index of dimension 0 everything is dense.
        let batch = x.shape.product(1..<rank - 2)
        for row in 0..<x.shape.rows {
            try multiply(
                x.floats + row * x.stride, x.shape[rank - 2] * x.shape.last, y.floats + (shared ? 0 : row * y.stride),
                shared ? 0 : y.shape[rank - 2] * y.shape.last, z.floats + row * z.stride,
                z.shape[rank - 2] * z.shape.last,
                batch: batch, frame)
        }
    }

    private func multiply(
        _ x: UnsafePointer<Float>, _ strideX: Int, _ y: UnsafePointer<Float>, _ strideY: Int,
        _ z: UnsafeMutablePointer<Float>, _ strideZ: Int, batch: Int, _ frame: RunFrame
    ) throws {
        func matrix(_ value: RunValue) -> (rows: Int, columns: Int, stride: Int) {
            let rank = value.shape.rank
            return (value.shape[rank - 2], value.shape.last, rank == 2 ? value.stride : value.shape.last)
        }
        let left = matrix(frame[a]), right = matrix(frame[b]), result = matrix(frame[output])
        try InstructionSet.current.bmm(
            batch: batch,
            MatrixBatch(
                MatrixView(x, rows: left.rows, columns: left.columns, stride: left.stride), batchStride: strideX),
            MatrixBatch(
                MatrixView(y, rows: right.rows, columns: right.columns, stride: right.stride), batchStride: strideY),
            transposed: transposed,
            into: MutableMatrixView(z, rows: result.rows, columns: result.columns, stride: result.stride),
            batchStride: strideZ)
    }
}
