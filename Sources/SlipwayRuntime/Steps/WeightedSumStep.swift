import SlipwayCore
import SlipwayKernels

/// The steps of each row summed up with its weights. The weights of a request's candidates are the rows of a matrix, so that
/// their sums are one product.
struct WeightedSumStep: Step {
    let weights: Int
    let values: Int
    let lengths: Int
    /// Candidates of each request; nil when each row has steps of its own.
    let count: Int?
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        if let count { try frame.setSize(output, axis: 0, try frame.total(count)) }
        try frame.define(output)
        let factors = frame[weights]
        guard factors.stride != 1, factors.shape.rows > 1 else { return try sum(factors.floats, frame) }
        try frame.withScratch(factors.shape.rows * 4) { memory in
            let dense = memory.assumingMemoryBound(to: Float.self)
            for row in 0..<factors.shape.rows { dense[row] = factors.floats[row * factors.stride] }
            try sum(dense, frame)
        }
    }

    private func sum(_ weights: UnsafeMutablePointer<Float>, _ frame: RunFrame) throws {
        let steps = frame[values], out = frame[output], lengths = frame.int32s(lengths)
        guard let count else {
            guard frame[self.weights].shape.rows == steps.shape.rows else { throw mismatch(frame, steps.shape.rows) }
            return try InstructionSet.current.segmentSum(
                steps.matrix, weights: weights, lengths: lengths, pooling: .sum, into: out.mutableMatrix)
        }
        let counts = frame.int32s(count)
        guard counts.count == lengths.count else { throw mismatch(frame, counts.count) }
        let all = zip(counts, lengths).reduce(0) { $0 + Int($1.0) * Int($1.1) }
        guard frame[self.weights].shape.rows == all else { throw mismatch(frame, all) }
        var weight = weights, step = steps.floats, row = out.floats
        for (length, candidates) in zip(lengths, counts) {
            let length = Int(length), candidates = Int(candidates)
            try InstructionSet.current.bmm(
                batch: 1, MatrixBatch(MatrixView(weight, rows: candidates, columns: length), batchStride: 0),
                MatrixBatch(
                    MatrixView(step, rows: length, columns: steps.shape.inner, stride: steps.stride), batchStride: 0),
                transposed: false,
                into: MutableMatrixView(row, rows: candidates, columns: steps.shape.inner, stride: out.stride),
                batchStride: 0)
            weight += candidates * length
            step += length * steps.stride
            row += candidates * out.stride
        }
    }

    private func mismatch(_ frame: RunFrame, _ expected: Int) -> SlipwayError {
        SlipwayError(.mismatch, "\(frame[weights].shape.rows) weights where there are \(expected) steps")
    }
}
