import SlipwayCore
import SlipwayKernels

/// Copies steps one after the other: into a value [n, D], from others of the same width.
private struct StepWriter {
    private var out: UnsafeMutablePointer<Float>
    private let stride: Int
    private let width: Int

    init(_ value: RunValue) {
        out = value.floats
        stride = value.stride
        width = value.shape.inner
    }

    /// Copies `count` steps of `value` from `first` on.
    mutating func copy(_ value: RunValue, from first: Int, _ count: Int) {
        copyRows(count, width, value.floats + first * value.stride, value.stride, out, stride)
        out += count * stride
    }

    mutating func zeros(_ count: Int) {
        for step in 0..<count { (out + step * stride).update(repeating: 0, count: width) }
        out += count * stride
    }
}

extension RunFrame {
    /// Throws `mismatch` unless each tail is within its row.
    func checkTails(_ tail: Int, within lengths: Int) throws {
        let tails = int32s(tail), lengths = int32s(lengths)
        guard tails.count == lengths.count else {
            throw SlipwayError(.mismatch, "there are \(tails.count) tails of \(lengths.count) rows")
        }
        for (row, tail) in tails.enumerated() where tail < 0 || tail > lengths[row] {
            throw SlipwayError(.mismatch, "the tail of row \(row) is \(tail), but it has \(lengths[row]) steps")
        }
    }

    /// Gives `output` its place with `total` steps, and `lengths` its own.
    fileprivate func define(_ output: Int, total: Int, _ lengths: Int) throws -> UnsafeMutablePointer<Int32> {
        try setSize(output, axis: 0, total)
        try define(output)
        try define(lengths)
        return self[lengths].int32s
    }
}

/// The steps of two sequences, row by row.
struct JaggedConcatStep: Step {
    let left: Int, leftLengths: Int, right: Int, rightLengths: Int
    let output: Int, outputLengths: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(leftLengths, of: left)
        try frame.checkSegments(rightLengths, of: right)
        let first = frame.int32s(leftLengths), second = frame.int32s(rightLengths)
        guard first.count == second.count else {
            throw SlipwayError(.mismatch, "\(first.count) rows are joined with \(second.count)")
        }
        let total = frame[left].shape.rows + frame[right].shape.rows
        let lengths = try frame.define(output, total: total, outputLengths)
        var writer = StepWriter(frame[output]), i = 0, j = 0
        for row in first.indices {
            writer.copy(frame[left], from: i, Int(first[row]))
            writer.copy(frame[right], from: j, Int(second[row]))
            i += Int(first[row])
            j += Int(second[row])
            lengths[row] = first[row] + second[row]
        }
    }
}

/// The same number of steps put before every sequence.
struct JaggedPrependStep: Step {
    /// nil for zeros.
    let prefix: Int?
    let values: Int, lengths: Int
    let output: Int, outputLengths: Int
    let steps: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        let lengths = frame.int32s(lengths)
        let total = frame[values].shape.rows + lengths.count * steps
        let results = try frame.define(output, total: total, outputLengths)
        let width = frame[output].shape.inner
        var writer = StepWriter(frame[output]), first = 0
        for row in lengths.indices {
            if let prefix {
                var part = frame[prefix]
                part.base += row * part.stride * MemoryLayout<Float>.size
                part.stride = width
                writer.copy(part, from: 0, steps)
            } else {
                writer.zeros(steps)
            }
            writer.copy(frame[values], from: first, Int(lengths[row]))
            first += Int(lengths[row])
            results[row] = lengths[row] + Int32(steps)
        }
    }
}

/// The last steps of every sequence.
struct JaggedTailStep: Step {
    let values: Int, lengths: Int, tail: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.checkTails(tail, within: lengths)
        let lengths = frame.int32s(lengths), tails = frame.int32s(tail)
        try frame.setSize(output, axis: 0, try frame.total(tail))
        try frame.define(output)
        var writer = StepWriter(frame[output]), end = 0
        for row in lengths.indices {
            end += Int(lengths[row])
            writer.copy(frame[values], from: end - Int(tails[row]), Int(tails[row]))
        }
    }
}

/// Sequences whose middle is cut to its last steps.
struct JaggedTruncateStep: Step {
    let values: Int, lengths: Int, tail: Int
    let output: Int, outputLengths: Int
    let prefix: Int
    let limit: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.checkTails(tail, within: lengths)
        let lengths = frame.int32s(lengths), tails = frame.int32s(tail)
        var total = 0
        for row in lengths.indices {
            let middle = Int(lengths[row]) - prefix - Int(tails[row])
            guard middle >= 0 else {
                throw SlipwayError(
                    .mismatch,
                    "row \(row) has \(lengths[row]) steps, fewer than \(prefix) in front and \(tails[row]) at the end")
            }
            total += prefix + min(middle, limit) + Int(tails[row])
        }
        let results = try frame.define(output, total: total, outputLengths)
        var writer = StepWriter(frame[output]), first = 0
        for row in lengths.indices {
            let length = Int(lengths[row]), kept = min(length - prefix, limit + Int(tails[row]))
            writer.copy(frame[values], from: first, prefix)
            writer.copy(frame[values], from: first + length - kept, kept)
            results[row] = Int32(prefix + kept)
            first += length
        }
    }
}

/// The steps of two sequences in turn, but for the tail.
struct JaggedInterleaveStep: Step {
    let a: Int, b: Int, lengths: Int, tail: Int
    let output: Int, outputLengths: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: a)
        try frame.checkSegments(lengths, of: b)
        try frame.checkTails(tail, within: lengths)
        let lengths = frame.int32s(lengths), tails = frame.int32s(tail)
        let results = try frame.define(
            output, total: 2 * frame[a].shape.rows - (try frame.total(tail)), outputLengths)
        var writer = StepWriter(frame[output]), first = 0
        for row in lengths.indices {
            let pairs = Int(lengths[row] - tails[row])
            for step in first..<first + pairs {
                writer.copy(frame[a], from: step, 1)
                writer.copy(frame[b], from: step, 1)
            }
            writer.copy(frame[a], from: first + pairs, Int(tails[row]))
            results[row] = 2 * lengths[row] - tails[row]
            first += Int(lengths[row])
        }
    }
}

/// Every sequence backwards.
struct JaggedReverseStep: Step {
    let values: Int, lengths: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.define(output)
        var writer = StepWriter(frame[output]), first = 0
        for length in frame.int32s(lengths) {
            for step in (first..<first + Int(length)).reversed() { writer.copy(frame[values], from: step, 1) }
            first += Int(length)
        }
    }
}

/// One row as often as another value has rows.
struct RowExpandStep: Step {
    let row: Int, like: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.setSize(output, axis: 0, frame[like].shape.rows)
        try frame.define(output)
        var writer = StepWriter(frame[output])
        for _ in 0..<frame[like].shape.rows { writer.copy(frame[row], from: 0, 1) }
    }
}

/// Every step times the matrix of its row.
struct JaggedMatmulStep: Step {
    let values: Int, lengths: Int, weights: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.define(output)
        let x = frame[values], w = frame[weights], y = frame[output]
        let inner = x.shape.inner, columns = y.shape.inner
        var first = 0
        for (row, length) in frame.int32s(lengths).enumerated() where length > 0 {
            try InstructionSet.current.bmm(
                batch: 1,
                MatrixBatch(
                    MatrixView(x.floats + first * x.stride, rows: Int(length), columns: inner, stride: x.stride),
                    batchStride: 0),
                MatrixBatch(
                    MatrixView(w.floats + row * w.stride, rows: inner, columns: columns, stride: columns),
                    batchStride: 0),
                transposed: false,
                into: MutableMatrixView(
                    y.floats + first * y.stride, rows: Int(length), columns: columns, stride: y.stride), batchStride: 0)
            first += Int(length)
        }
    }
}
