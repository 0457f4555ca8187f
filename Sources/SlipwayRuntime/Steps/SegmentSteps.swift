import Foundation
import SlipwayCore
import SlipwayKernels

/// Softmax over the steps of each sequence, column by column.
struct JaggedSoftmaxStep: Step {
    let values: Int
    let lengths: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.define(output)
        let x = frame[values], y = frame[output], lengths = frame.int32s(lengths)
        if x.shape.inner == 1, x.stride == 1, y.stride == 1 {
            return try InstructionSet.current.segmentSoftmax(
                UnsafeBufferPointer(start: x.floats, count: x.shape.rows), lengths: lengths,
                into: UnsafeMutableBufferPointer(start: y.floats, count: y.shape.rows))
        }
        var start = 0
        for length in lengths {
            let rows = start..<start + Int(length)
            for column in 0..<x.shape.inner {
                Self.softmax(rows, x.floats + column, x.stride, y.floats + column, y.stride)
            }
            start = rows.upperBound
        }
    }

    private static func softmax(
        _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ ldx: Int, _ y: UnsafeMutablePointer<Float>, _ ldy: Int
    ) {
        var largest = -Float.infinity
        for row in rows { largest = max(largest, x[row * ldx]) }
        var sum: Float = 0
        for row in rows {
            y[row * ldy] = exp(x[row * ldx] - largest)
            sum += y[row * ldy]
        }
        for row in rows { y[row * ldy] /= sum }
    }
}

/// Sum or mean of consecutive rows.
struct SegmentReduceStep: Step {
    let values: Int
    let lengths: Int
    let output: Int
    let isMean: Bool

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.define(output)
        try InstructionSet.current.segmentSum(
            frame[values].matrix, lengths: frame.int32s(lengths), pooling: isMean ? .mean : .sum,
            into: frame[output].mutableMatrix)
    }
}

/// Query, step, difference and product for each step of target attention.
struct AttentionInputStep: Step {
    let query: Int
    let sequence: Int
    let lengths: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: sequence)
        try frame.define(output)
        let lengths = frame.int32s(lengths), rows = frame[sequence].matrix, out = frame[output].mutableMatrix
        let query = frame[query]
        guard query.shape.inner < rows.columns else {
            return try InstructionSet.current.attentionInput(
                query: query.matrix, rows: rows, lengths: lengths, into: out)
        }
        // A narrower query is filled up with zeros.
        let count = query.shape.rows
        try frame.withScratch(count * rows.columns * 4) { memory in
            let wide = memory.assumingMemoryBound(to: Float.self)
            wide.update(repeating: 0, count: count * rows.columns)
            copyRows(count, query.shape.inner, query.floats, query.stride, wide, rows.columns)
            try InstructionSet.current.attentionInput(
                query: MatrixView(wide, rows: count, columns: rows.columns), rows: rows, lengths: lengths, into: out)
        }
    }
}
