import SlipwayCore
import SlipwayKernels

/// Attention among the steps of each row, a row, a block of steps and a head at a time.
struct AttentionBlocks {
    let query: Int, key: Int, value: Int, lengths: Int
    let output: Int
    let heads: Int

    /// Steps whose scores are held at a time.
    private static let block = 128

    /// Makes the output and calls `attend` for every block, to fill its part of it.
    func run(_ frame: RunFrame, _ attend: (Block) throws -> Void) throws {
        try frame.checkSegments(lengths, of: query)
        try frame.define(output)
        let lengths = frame.int32s(lengths), longest = Int(lengths.max() ?? 0)
        let width = frame[query].shape.inner / heads
        try frame.withScratch(min(Self.block, longest) * (longest + width) * MemoryLayout<Float>.size + 64) { memory in
            var first = 0
            for index in lengths.indices where lengths[index] > 0 {
                let row = first..<first + Int(lengths[index])
                for start in stride(from: row.lowerBound, to: row.upperBound, by: Self.block) {
                    let steps = start..<min(start + Self.block, row.upperBound)
                    for head in 0..<heads {
                        try attend(
                            Block(
                                blocks: self, frame: frame, index: index, row: row, steps: steps, head: head,
                                memory: memory.assumingMemoryBound(to: Float.self)))
                    }
                }
                first = row.upperBound
            }
        }
    }

    /// One head of some steps of a row.
    struct Block {
        fileprivate let blocks: AttentionBlocks
        fileprivate let frame: RunFrame
        /// The row's number in the batch.
        let index: Int
        /// All steps of the row, counted over the batch.
        let row: Range<Int>
        /// Those of the block among them.
        let steps: Range<Int>
        fileprivate let head: Int
        /// The scores of the block, row by row, then its queries.
        let memory: UnsafeMutablePointer<Float>

        /// Width of a head's queries.
        var width: Int { frame[blocks.query].shape.inner / blocks.heads }

        /// scale · query · key, for the block's steps and those of `seen`, with `epilogue` applied.
        func scores(of seen: Range<Int>, scale: Float, _ epilogue: Epilogue = Epilogue()) throws -> MutableMatrixView {
            let isa = InstructionSet.current
            let scaled = MutableMatrixView(memory + steps.count * row.count, rows: steps.count, columns: width)
            try isa.binary(.multiply, MatrixView(part(blocks.query, steps)), .scalar(scale), into: scaled)
            let scores = MutableMatrixView(memory, rows: steps.count, columns: seen.count)
            try isa.bmm(
                batch: 1, MatrixBatch(MatrixView(scaled), batchStride: 0),
                MatrixBatch(MatrixView(part(blocks.key, seen)), batchStride: 0), transposed: true, into: scores,
                batchStride: 0, epilogue)
            return scores
        }

        /// Writes scores · value over the steps of `seen`, and gives where.
        @discardableResult
        func sum(_ scores: MutableMatrixView, over seen: Range<Int>) throws -> MutableMatrixView {
            let out = part(blocks.output, steps)
            try InstructionSet.current.bmm(
                batch: 1, MatrixBatch(MatrixView(scores), batchStride: 0),
                MatrixBatch(MatrixView(part(blocks.value, seen)), batchStride: 0), transposed: false, into: out,
                batchStride: 0)
            return out
        }

        /// The head's columns of the steps `range` of a value.
        private func part(_ value: Int, _ range: Range<Int>) -> MutableMatrixView {
            let value = frame[value], columns = value.shape.inner / blocks.heads
            return MutableMatrixView(
                value.floats + range.lowerBound * value.stride + head * columns, rows: range.count, columns: columns,
                stride: value.stride)
        }
    }
}
