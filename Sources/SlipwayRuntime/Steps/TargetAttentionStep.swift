import SlipwayCore
import SlipwayKernels

/// Target attention's network: an `attention_layer` over each step s of a row with query q, and the layers over it.
///
/// The first layer is Wq·q once a row, and s·(Ws + diag(q)·Wp) with a matrix made once a row. Further layers run on blocks of
/// steps that stay in the cache.
struct TargetAttentionStep: @unchecked Sendable, Step {
    struct Layer {
        let weight: any LayerWeight
        let epilogue: ColumnEpilogue
    }

    let query: Int
    let sequence: Int
    let lengths: Int
    /// Queries of each sequence; nil for one.
    let count: Int?
    let output: Int
    /// Wq [N, Dq].
    let queryWeight: PackedWeights
    /// Wsᵀ [D, N].
    let stepWeight: UnsafePointer<Float>
    /// Wpᵀ [Dq, N].
    let productWeight: UnsafePointer<Float>
    /// D.
    let width: Int
    /// What follows the first product.
    let epilogue: ColumnEpilogue
    /// The layers after the first.
    let layers: [Layer]
    /// The first product in fewer bits, if so.
    let reduced: ReducedSteps?

    private static let blockRows = 128

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: sequence)
        try frame.setSize(output, axis: 0, try totalSteps(frame))
        try frame.define(output)
        let columns = queryWeight.outputs, rows = frame[query].shape.rows
        let widest = layers.reduce(columns) { max($0, $1.weight.outputs) }
        // Shares of the queries, the matrix of a row, two blocks.
        let blockSize = layers.isEmpty ? 0 : Self.blockRows * widest
        let matrixSize = max(width * columns, (reduced?.matrixBytes ?? 0) / 4)
        let stepBytes = reduced?.stepBytes ?? 0, steps = frame[sequence].matrix
        try frame.withScratch((rows * columns + matrixSize + 2 * blockSize) * 4) { memory in
            let shares = memory.assumingMemoryBound(to: Float.self)
            let matrix = shares + rows * columns, block = matrix + matrixSize
            try queryWeight.multiply(
                frame[query].matrix, into: MutableMatrixView(shares, rows: rows, columns: columns),
                Epilogue(bias: epilogue.bias))
            try frame.withScratch(max(stepBytes * steps.rows, 64)) { codes in
                try reduced?.round(steps, into: codes)
                try run(frame, codes: codes, shares: shares, matrix: matrix, block: block, other: block + blockSize)
            }
        }
    }

    private func run(
        _ frame: RunFrame, codes: UnsafeMutableRawPointer, shares: UnsafeMutablePointer<Float>,
        matrix: UnsafeMutablePointer<Float>, block: UnsafeMutablePointer<Float>, other: UnsafeMutablePointer<Float>
    ) throws {
        let steps = frame[sequence], out = frame[output], columns = queryWeight.outputs
        var kernel = epilogue.kernel()
        // The block holds the steps before `step` from `first` on; `source` is the step of the sequence.
        var first = 0, step = 0, row = 0, start = 0
        let counts = count.map { frame.int32s($0) }
        for (sequence, length) in frame.int32s(lengths).enumerated() {
            for _ in 0..<(counts?[sequence] ?? 1) {
                defer { row += 1 }
                guard length > 0 else { continue }
                try fold(frame[query].floats + row * frame[query].stride, into: matrix)
                kernel.bias = UnsafePointer(shares + row * columns)
                let end = step + Int(length), shift = start - step
                while step < end {
                    let rows = min(end - step, Self.blockRows - (step - first))
                    let isLast = layers.isEmpty
                    let target = MutableMatrixView(
                        isLast ? out.floats + step * out.stride : block + (step - first) * columns, rows: rows,
                        columns: columns, stride: isLast ? out.stride : columns)
                    if let reduced {
                        try reduced.multiply(codes + (step + shift) * reduced.stepBytes, matrix, into: target, kernel)
                    } else {
                        let own = MatrixView(
                            steps.floats + (step + shift) * steps.stride, rows: rows, columns: width,
                            stride: steps.stride)
                        try InstructionSet.current.bmm(
                            batch: 1, MatrixBatch(own, batchStride: 0),
                            MatrixBatch(MatrixView(matrix, rows: width, columns: columns), batchStride: 0),
                            transposed: false, into: target, batchStride: 0, kernel)
                    }
                    step += rows
                    if step - first == Self.blockRows {
                        try finish(first, step - first, block, other, out, frame)
                        first = step
                    }
                }
            }
            start += Int(length)
        }
        try finish(first, step - first, block, other, out, frame)
    }

    /// The rows of the result. Throws `mismatch` where there is not a query for each.
    private func totalSteps(_ frame: RunFrame) throws -> Int {
        let lengths = frame.int32s(lengths), queries = frame[query].shape.rows
        guard let count else {
            guard lengths.count == queries else { throw mismatch(queries, lengths.count) }
            return frame[sequence].shape.rows
        }
        let expected = try frame.total(count), counts = frame.int32s(count)
        guard expected == queries, counts.count == lengths.count else { throw mismatch(queries, expected) }
        return zip(lengths, counts).reduce(0) { $0 + Int($1.0) * Int($1.1) }
    }

    private func mismatch(_ queries: Int, _ expected: Int) -> SlipwayError {
        SlipwayError(.mismatch, "\(queries) queries where there are \(expected) rows")
    }

    /// stepWeight + diag(q) · productWeight.
    private func fold(_ query: UnsafePointer<Float>, into matrix: UnsafeMutablePointer<Float>) throws {
        let columns = queryWeight.outputs, narrow = queryWeight.inputs
        if let reduced {
            return try reduced.fold(
                query: query, narrow: narrow, steps: stepWeight, products: productWeight, into: matrix)
        }
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
        _ out: RunValue, _ frame: RunFrame
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
                layer.epilogue.kernel(), frame)
            swap(&input, &free)
        }
    }
}

/// What backends agree on.
package enum TargetAttention {
    /// Whether the first layer is worth fewer bits.
    package static func isReducible(width: Int, outputs: Int) -> Bool { width >= 8 && outputs >= 8 }
}
