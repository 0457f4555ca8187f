import SlipwayCore

/// Lengths with a maximum.
struct ClampLengthsStep: Step {
    let input: Int
    let output: Int
    let maximum: Int32

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let lengths = frame.int32s(input), out = frame[output].int32s
        for row in lengths.indices { out[row] = min(lengths[row], maximum) }
    }
}

extension RunFrame {
    /// The sum of `lengths`. Throws `mismatch` for a negative one.
    func total(_ lengths: Int) throws -> Int {
        var sum = 0
        for length in int32s(lengths) {
            guard length >= 0 else {
                throw SlipwayError(.mismatch, "%\(layout.values[lengths].name): a length is \(length)")
            }
            sum += Int(length)
        }
        return sum
    }

    /// Throws `mismatch` unless `lengths` add up to the rows of `values`.
    func checkSegments(_ lengths: Int, of values: Int) throws {
        let sum = try total(lengths)
        guard sum == self[values].shape.rows else {
            throw SlipwayError(
                .mismatch,
                "%\(layout.values[lengths].name): lengths add up to \(sum), but there are \(self[values].shape.rows) values"
            )
        }
    }
}

/// Before the step that makes `values`: where the lengths are the target's already, `values` is made in the place of
/// the aligned result, and nothing is left to copy.
struct AlignAheadStep: Step {
    let values: Int
    let lengths: Int
    let target: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        let own = frame.int32s(lengths), wanted = frame.int32s(target)
        guard own.count == wanted.count, own.elementsEqual(wanted) else { return }
        try frame.setSize(output, axis: 0, try frame.total(target))
        try frame.define(output)
        guard try frame.shape(values).rows == frame[output].shape.rows else { return }
        try frame.alias(values, of: output)
    }
}

/// Jagged rows cut or padded with zeros to other lengths.
struct JaggedAlignStep: Step {
    let values: Int
    let lengths: Int
    let target: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        // Written in place already.
        if frame[output].isDefined, frame[output].base == frame[values].base { return }
        try frame.checkSegments(lengths, of: values)
        try frame.setSize(output, axis: 0, try frame.total(target))
        let own = frame.int32s(lengths), wanted = frame.int32s(target)
        guard own.count == wanted.count else {
            throw SlipwayError(.mismatch, "\(own.count) lengths are aligned to \(wanted.count)")
        }
        if case .own = frame.layout.values[output].storage, own.elementsEqual(wanted) {
            return try frame.alias(output, of: values)
        }
        try frame.define(output)
        let width = frame[output].shape.inner, ldx = frame[values].stride, ldy = frame[output].stride
        var source = frame[values].floats, out = frame[output].floats
        for row in own.indices {
            let kept = Int(min(own[row], wanted[row])), all = Int(wanted[row])
            copyRows(kept, width, source, ldx, out, ldy)
            for step in kept..<all { (out + step * ldy).update(repeating: 0, count: width) }
            source += Int(own[row]) * ldx
            out += all * ldy
        }
    }
}

/// Each row repeated: once per step of its sequence, or per candidate of its request.
struct RepeatRowsStep: Step {
    let rows: Int
    let counts: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.setSize(output, axis: 0, try frame.total(counts))
        // One row each, as when scoring files: nothing to repeat.
        if case .own = frame.layout.values[output].storage, frame.int32s(counts).count == frame[rows].shape.rows,
            frame.int32s(counts).allSatisfy({ $0 == 1 })
        {
            return try frame.alias(output, of: rows)
        }
        try frame.define(output)
        try copy(frame)
    }

    /// Fills the defined output.
    func copy(_ frame: RunFrame) throws {
        guard try frame.total(counts) == frame[output].shape.rows else {
            throw SlipwayError(
                .mismatch, "the counts add up to \(try frame.total(counts)) of \(frame[output].shape.rows) rows")
        }
        let bytes = frame.layout.values[output].elementBytes
        let width = frame[rows].shape.inner * bytes
        let ldx = frame[rows].stride * bytes, ldy = frame[output].stride * bytes
        guard frame.int32s(counts).count == frame[rows].shape.rows else {
            throw SlipwayError(
                .mismatch, "\(frame[rows].shape.rows) rows are repeated by \(frame.int32s(counts).count) counts")
        }
        var source = frame[rows].base, out = frame[output].base
        for count in frame.int32s(counts) {
            for _ in 0..<count {
                out.copyMemory(from: source, byteCount: width)
                out += ldy
            }
            source += ldx
        }
    }
}

/// The rows of each sequence repeated: once per candidate of its request.
struct JaggedTileStep: Step {
    let values: Int
    let lengths: Int
    let count: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        _ = try frame.total(count)
        let lengths = frame.int32s(lengths), counts = frame.int32s(count)
        guard counts.count == lengths.count else {
            throw SlipwayError(.mismatch, "\(lengths.count) sequences are repeated by \(counts.count) counts")
        }
        try frame.setSize(output, axis: 0, zip(lengths, counts).reduce(0) { $0 + Int($1.0) * Int($1.1) })
        try frame.define(output)
        let width = frame[output].shape.inner, ldx = frame[values].stride, ldy = frame[output].stride
        var source = frame[values].floats, out = frame[output].floats
        for (length, count) in zip(lengths, counts) {
            for _ in 0..<count {
                copyRows(Int(length), width, source, ldx, out, ldy)
                out += Int(length) * ldy
            }
            source += Int(length) * ldx
        }
    }
}

/// Jagged rows as a dense tensor, filled up with zeros.
struct JaggedToPaddedStep: Step {
    let values: Int
    let lengths: Int
    let output: Int
    /// 0 for none.
    let maximum: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        let lengths = frame.int32s(lengths)
        var steps = Int(lengths.max() ?? 0)
        if maximum > 0 { steps = min(steps, maximum) }
        try frame.setSize(output, axis: 1, steps)
        try frame.define(output)
        let width = frame[values].shape.inner, ldx = frame[values].stride
        var source = frame[values].floats, out = frame[output].floats
        for length in lengths {
            let kept = min(Int(length), steps)
            copyRows(kept, width, source, ldx, out, width)
            (out + kept * width).update(repeating: 0, count: (steps - kept) * width)
            source += Int(length) * ldx
            out += frame[output].stride
        }
    }
}

/// The valid steps of a padded tensor, row after row.
struct PaddedToJaggedStep: Step {
    let padded: Int
    let lengths: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.setSize(output, axis: 0, try frame.total(lengths))
        try frame.define(output)
        let width = frame[output].shape.inner, ldy = frame[output].stride, steps = frame[padded].shape[1]
        var source = frame[padded].floats, out = frame[output].floats
        for (row, length) in frame.int32s(lengths).enumerated() {
            guard length <= steps else {
                throw SlipwayError(.mismatch, "row \(row) has length \(length), but only \(steps) steps")
            }
            copyRows(Int(length), width, source, width, out, ldy)
            source += frame[padded].stride
            out += Int(length) * ldy
        }
    }
}
