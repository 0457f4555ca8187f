import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// HSTU's attention: scores of the steps that may be seen, masked, times the values.
struct HSTUAttentionStep: Step {
    let blocks: AttentionBlocks
    let tail: Int
    let operation: HSTUAttention

    func run(_ frame: RunFrame) throws {
        try frame.checkTails(tail, within: blocks.lengths)
        let tails = frame.int32s(tail), isa = InstructionSet.current
        try blocks.run(frame) { block in
            let row = block.row, first = row.lowerBound
            let mask = HSTUMask(operation, length: row.count, tail: Int(tails[block.index]))
            let steps = block.steps.lowerBound - first..<block.steps.upperBound - first
            let seen = first..<first + mask.end(of: steps)
            let scores = try block.scores(of: seen, scale: Float(operation.alpha), Epilogue(activation: .silu))
            for (index, step) in steps.enumerated() {
                mask.clear(block.memory + index * seen.count, of: step, count: seen.count)
            }
            let sums = try block.sum(scores, over: seen)
            try isa.binary(.divide, MatrixView(sums), .scalar(Float(operation.scaling)), into: sums)
        }
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
