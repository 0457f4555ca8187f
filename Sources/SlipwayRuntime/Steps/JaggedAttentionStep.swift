import SlipwayCore
import SlipwayKernels

/// Multi-head attention among the steps of each row, a block of steps and a head at a time.
struct JaggedAttentionStep: Step {
    let query: Int, key: Int, value: Int, lengths: Int
    let output: Int
    let heads: Int

    /// Steps whose scores are held at a time.
    private static let block = 128

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: query)
        try frame.define(output)
        let lengths = frame.int32s(lengths), longest = Int(lengths.max() ?? 0)
        let width = frame[query].shape.inner / heads
        try frame.withScratch(min(Self.block, longest) * (longest + width) * MemoryLayout<Float>.size + 64) { memory in
            let scores = memory.assumingMemoryBound(to: Float.self)
            var first = 0
            for length in lengths where length > 0 {
                let row = first..<first + Int(length)
                for start in stride(from: row.lowerBound, to: row.upperBound, by: Self.block) {
                    let steps = start..<min(start + Self.block, row.upperBound)
                    for head in 0..<heads {
                        try attend(frame, head, row, steps, scores, scores + steps.count * row.count)
                    }
                }
                first = row.upperBound
            }
        }
    }

    private func attend(
        _ frame: RunFrame, _ head: Int, _ row: Range<Int>, _ steps: Range<Int>, _ scores: UnsafeMutablePointer<Float>,
        _ scaled: UnsafeMutablePointer<Float>
    ) throws {
        let isa = InstructionSet.current, width = frame[query].shape.inner / heads
        func batch(_ value: Int, _ range: Range<Int>) -> MatrixBatch {
            let value = frame[value]
            return MatrixBatch(
                MatrixView(
                    value.floats + range.lowerBound * value.stride + head * width, rows: range.count, columns: width,
                    stride: value.stride), batchStride: 0)
        }
        let query = MutableMatrixView(scaled, rows: steps.count, columns: width, stride: width)
        try isa.binary(
            .multiply, batch(self.query, steps).matrix, .scalar(1 / Float(width).squareRoot()), into: query)
        let weights = MutableMatrixView(scores, rows: steps.count, columns: row.count, stride: row.count)
        try isa.bmm(
            batch: 1,
            MatrixBatch(MatrixView(scaled, rows: steps.count, columns: width, stride: width), batchStride: 0),
            batch(key, row), transposed: true, into: weights, batchStride: 0)
        let view = MatrixView(scores, rows: steps.count, columns: row.count, stride: row.count)
        try isa.softmax(view, into: weights)
        let result = frame[output]
        try isa.bmm(
            batch: 1, MatrixBatch(view, batchStride: 0), batch(value, row), transposed: false,
            into: MutableMatrixView(
                result.floats + steps.lowerBound * result.stride + head * width, rows: steps.count, columns: width,
                stride: result.stride), batchStride: 0)
    }
}
