import SlipwayCore
import SlipwayKernels

/// Target attention's network: layers over concat(q, s, q − s, q · s) for each step s of a row with query q.
///
/// The first layer is linear, so its weight [Wq Ws Wd Wp] is taken apart: q·(Wq + Wd) once a row, and
/// s·(Ws − Wd + diag(q)·Wp) with a matrix made once a row, a quarter of the products. Further layers run on blocks of
/// steps
/// that stay in the cache.
struct TargetAttentionStep: @unchecked Sendable, Step {
    struct Layer {
        let weight: PackedWeights
        let epilogue: ColumnEpilogue
    }

    let query: Int
    let sequence: Int
    let lengths: Int
    let output: Int
    /// (Wq + Wd) [N, Dq].
    let queryWeight: PackedWeights
    /// (Ws − Wd)ᵀ [D, N].
    let stepWeight: UnsafePointer<Float>
    /// Wpᵀ [Dq, N].
    let productWeight: UnsafePointer<Float>
    /// D.
    let width: Int
    /// What follows the first product.
    let epilogue: ColumnEpilogue
    /// The layers after the first.
    let layers: [Layer]

    private static let blockRows = 128

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: sequence)
        try frame.define(output)
        let columns = queryWeight.outputs, rows = frame[query].shape.rows
        let widest = layers.reduce(columns) { max($0, $1.weight.outputs) }
        // Shares of the queries, the matrix of a row, two blocks.
        let blockSize = layers.isEmpty ? 0 : Self.blockRows * widest
        try frame.withScratch((rows * columns + width * columns + 2 * blockSize) * 4) { memory in
            let shares = memory.assumingMemoryBound(to: Float.self)
            let matrix = shares + rows * columns, block = matrix + width * columns
            try queryWeight.multiply(
                frame[query].matrix, into: MutableMatrixView(shares, rows: rows, columns: columns),
                Epilogue(bias: epilogue.bias))
            try run(frame, shares: shares, matrix: matrix, block: block, other: block + blockSize)
        }
    }

    private func run(
        _ frame: RunFrame, shares: UnsafeMutablePointer<Float>, matrix: UnsafeMutablePointer<Float>,
        block: UnsafeMutablePointer<Float>, other: UnsafeMutablePointer<Float>
    ) throws {
        let steps = frame[sequence], out = frame[output], columns = queryWeight.outputs
        var kernel = epilogue.kernel()
        // The block holds the steps before `step` from `first` on.
        var first = 0, step = 0
        for (row, length) in frame.int32s(lengths).enumerated() where length > 0 {
            try fold(frame[query].floats + row * frame[query].stride, into: matrix)
            kernel.bias = UnsafePointer(shares + row * columns)
            let end = step + Int(length)
            while step < end {
                let count = min(end - step, Self.blockRows - (step - first))
                let isLast = layers.isEmpty
                try InstructionSet.current.bmm(
                    batch: 1,
                    MatrixBatch(
                        MatrixView(
                            steps.floats + step * steps.stride, rows: count, columns: width, stride: steps.stride),
                        batchStride: 0),
                    MatrixBatch(MatrixView(matrix, rows: width, columns: columns), batchStride: 0), transposed: false,
                    into: MutableMatrixView(
                        isLast ? out.floats + step * out.stride : block + (step - first) * columns, rows: count,
                        columns: columns, stride: isLast ? out.stride : columns),
                    batchStride: 0, kernel)
                step += count
                if step - first == Self.blockRows {
                    try finish(first, step - first, block, other, out)
                    first = step
                }
            }
        }
        try finish(first, step - first, block, other, out)
    }

    /// stepWeight + diag(q) · productWeight.
    private func fold(_ query: UnsafePointer<Float>, into matrix: UnsafeMutablePointer<Float>) throws {
        let columns = queryWeight.outputs, narrow = queryWeight.inputs
        let shared = MutableMatrixView(matrix, rows: narrow, columns: columns)
        try InstructionSet.current.binary(
            .multiply, MatrixView(productWeight, rows: narrow, columns: columns), .column(query, stride: 1),
            into: shared)
        try InstructionSet.current.binary(
            .add, MatrixView(shared), .full(MatrixView(stepWeight, rows: narrow, columns: columns)), into: shared)
        // Where the query is narrower, the rest is the same for all.
        (matrix + narrow * columns).update(from: stepWeight + narrow * columns, count: (width - narrow) * columns)
    }

    /// Runs the further layers on `count` steps of the block, the first of which is step `first`.
    private func finish(
        _ first: Int, _ count: Int, _ block: UnsafeMutablePointer<Float>, _ other: UnsafeMutablePointer<Float>,
        _ out: RunValue
    ) throws {
        guard count > 0 else { return }
        var (input, free) = (block, other)
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            try layer.weight.multiply(
                MatrixView(input, rows: count, columns: layer.weight.inputs),
                into: MutableMatrixView(
                    isLast ? out.floats + first * out.stride : free, rows: count, columns: layer.weight.outputs,
                    stride: isLast ? out.stride : layer.weight.outputs),
                layer.epilogue.kernel())
            swap(&input, &free)
        }
    }
}
