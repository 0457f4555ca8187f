import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// HSTU's attention, a row, a head and a block of steps at a time: scores of the steps that may be seen, masked, times the
/// values.
struct HSTUAttentionStep: Step {
    let query: Int, key: Int, value: Int, lengths: Int, tail: Int
    let output: Int
    let operation: HSTUAttention

    /// Steps whose scores are held at a time.
    private static let block = 128

    /// A row of the batch.
    private struct Row {
        let first: Int
        let length: Int
        let tail: Int
    }

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: query)
        try frame.checkTails(tail, within: lengths)
        try frame.define(output)
        let lengths = frame.int32s(lengths), tails = frame.int32s(tail)
        let longest = Int(lengths.max() ?? 0), width = frame[query].shape.inner / operation.heads
        try frame.withScratch(min(Self.block, longest) * (longest + width) * MemoryLayout<Float>.size + 64) { memory in
            let scores = memory.assumingMemoryBound(to: Float.self)
            var first = 0
            for index in lengths.indices where lengths[index] > 0 {
                let row = Row(first: first, length: Int(lengths[index]), tail: Int(tails[index]))
                let mask = HSTUMask(operation, length: row.length, tail: row.tail)
                for start in stride(from: 0, to: row.length, by: Self.block) {
                    let steps = start..<min(start + Self.block, row.length)
                    for head in 0..<operation.heads {
                        try attend(frame, head, row, steps, mask, scores, scores + steps.count * row.length)
                    }
                }
                first += row.length
            }
        }
    }

    private func attend(
        _ frame: RunFrame, _ head: Int, _ row: Row, _ steps: Range<Int>, _ mask: HSTUMask,
        _ scores: UnsafeMutablePointer<Float>, _ scaled: UnsafeMutablePointer<Float>
    ) throws {
        let v = frame[value], y = frame[output], isa = InstructionSet.current
        let width = frame[query].shape.inner / operation.heads, columns = v.shape.inner / operation.heads
        let seen = mask.end(of: steps), rows = steps.count
        func matrix(_ value: Int, _ range: Range<Int>, _ columns: Int) -> MatrixView {
            let value = frame[value]
            return MatrixView(
                value.floats + (row.first + range.lowerBound) * value.stride + head * columns, rows: range.count,
                columns: columns, stride: value.stride)
        }
        try isa.binary(
            .multiply, matrix(query, steps, width), .scalar(Float(operation.alpha)),
            into: MutableMatrixView(scaled, rows: rows, columns: width, stride: width))
        try isa.bmm(
            batch: 1, MatrixBatch(MatrixView(scaled, rows: rows, columns: width, stride: width), batchStride: 0),
            MatrixBatch(matrix(key, 0..<seen, width), batchStride: 0), transposed: true,
            into: MutableMatrixView(scores, rows: rows, columns: seen, stride: seen), batchStride: 0,
            Epilogue(activation: .silu))
        for (index, step) in steps.enumerated() { mask.clear(scores + index * seen, of: step, count: seen) }
        let out = MutableMatrixView(
            y.floats + (row.first + steps.lowerBound) * y.stride + head * columns, rows: rows, columns: columns,
            stride: y.stride)
        try isa.bmm(
            batch: 1, MatrixBatch(MatrixView(scores, rows: rows, columns: seen, stride: seen), batchStride: 0),
            MatrixBatch(matrix(value, 0..<seen, columns), batchStride: 0), transposed: false, into: out,
            batchStride: 0)
        try isa.binary(
            .divide, MatrixView(out.base, rows: rows, columns: columns, stride: y.stride),
            .scalar(Float(operation.scaling)), into: out)
    }
}

/// What `HSTUAttention.sees` says of a whole row of scores, as ranges.
struct HSTUMask {
    private let operation: HSTUAttention
    private let length: Int
    /// Steps before the targets.
    private let history: Int
    /// Steps before the first one whose place is 1.
    private let shift: Int

    init(_ operation: HSTUAttention, length: Int, tail: Int) {
        self.operation = operation
        self.length = length
        history = length - tail
        shift = max(operation.prefix - 1, 0)
    }

    /// The end of what any of `steps` sees: nobody sees ahead but the steps about the user.
    func end(of steps: Range<Int>) -> Int {
        operation.prefix > 0 && steps.lowerBound <= shift ? max(steps.upperBound, history) : steps.upperBound
    }

    /// Sets the scores of the first `count` steps that step `i` does not see to 0.
    func clear(_ scores: UnsafeMutablePointer<Float>, of i: Int, count: Int) {
        let own = scores[i], (near, far) = ranges(of: i)
        var position = 0
        for range in [near, far] where !range.isEmpty {
            if position < range.lowerBound { zero(scores, position..<range.lowerBound) }
            position = max(position, range.upperBound)
        }
        if position < count { zero(scores, position..<count) }
        if seesItself(i) { scores[i] = own }
    }

    private func zero(_ scores: UnsafeMutablePointer<Float>, _ range: Range<Int>) {
        (scores + range.lowerBound).update(repeating: 0, count: range.count)
    }

    private var isSemiLocal: Bool { operation.local > 0 || operation.global > 0 }

    private func seesItself(_ i: Int) -> Bool { !isSemiLocal || (i < history && operation.local > 0) }

    /// Two ranges in ascending order that hold what `i` sees beside itself.
    private func ranges(of i: Int) -> (Range<Int>, Range<Int>) {
        if isSemiLocal {
            guard i < history else { return (0..<max(history, 0), 0..<0) }
            let front = min(max(operation.global, operation.prefix), i + 1)
            let back = min(max(front, i - operation.local + 1), i + 1)
            return (0..<front, back..<i + 1)
        }
        // Places are 0 before `shift` + 1, then rise by one a step up to `last`, which all targets share.
        let last = history - shift, place = min(max(i - shift, 0), last)
        let front = operation.prefix > 0 && place == 0 && last > 0 ? history : 0
        guard place > 0 else { return (0..<front, 0..<0) }
        // Steps at a smaller place end where `place` begins.
        let end = place + shift
        let lowest = operation.window > 0 ? place - operation.window : 0
        let start = lowest <= 0 ? 0 : lowest + shift
        return (start..<max(start, end), 0..<0)
    }
}
