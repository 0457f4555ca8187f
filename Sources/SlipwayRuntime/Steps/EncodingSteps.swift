import Foundation
import SlipwayCore
import SlipwayGraph

/// Scaled steps plus a vector for each one's position.
struct PositionEncodingStep: Step {
    let values: Int, lengths: Int, tail: Int, table: Int
    let output: Int
    let scale: Float

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.checkTails(tail, within: lengths)
        try frame.define(output)
        let lengths = frame.int32s(lengths), tails = frame.int32s(tail)
        let x = frame[values], y = frame[output], table = frame[table], width = x.shape.inner
        var step = 0
        for row in lengths.indices {
            let highest = min(Int(lengths[row] - tails[row]), table.shape.rows - 1)
            for index in 0..<Int(lengths[row]) {
                let source = x.floats + step * x.stride, target = y.floats + step * y.stride
                let position = table.floats + min(index, highest) * table.stride
                for column in 0..<width { target[column] = source[column] * scale + position[column] }
                step += 1
            }
        }
    }
}

/// Scaled steps plus vectors for position and time.
struct TimePositionEncodingStep: Step {
    let values: Int, lengths: Int, tail: Int, positions: Int, times: Int, timestamps: Int
    let anchor: Int?
    let output: Int
    let operation: TimePositionEncoding

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.checkTails(tail, within: lengths)
        try frame.define(output)
        let lengths = frame.int32s(lengths), tails = frame.int32s(tail)
        let x = frame[values], y = frame[output], stamps = frame[timestamps], width = x.shape.inner
        let near = frame[positions], ago = frame[times], scale = Float(operation.scale)
        var first = 0
        for row in lengths.indices where lengths[row] > 0 {
            let length = Int(lengths[row]), history = length - Int(tails[row])
            let now =
                anchor.map { frame[$0].floats[row * frame[$0].stride] }
                ?? stamps.floats[(first + length - 1) * stamps.stride]
            for index in 0..<length {
                let step = first + index
                let bucket = operation.bucket(
                    stamps.floats[step * stamps.stride], anchor: now, buckets: ago.shape.rows - 1)
                let place = operation.position(index, history: history, positions: near.shape.rows)
                let source = x.floats + step * x.stride, target = y.floats + step * y.stride
                let position = near.floats + place * near.stride, time = ago.floats + bucket * ago.stride
                for column in 0..<width {
                    target[column] = source[column] * scale + (time[column] + position[column])
                }
            }
            first += length
        }
    }
}

/// Vectors of the actions in each step's mask.
struct ActionEmbeddingStep: Step {
    let actions: Int
    let watchTimes: Int?
    let masks: Int, table: Int
    let output: Int
    let operation: ActionEmbedding

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[actions], y = frame[output], table = frame[table], masks = frame[masks].int64s
        let kinds = table.shape.rows, width = table.shape.inner
        for step in 0..<x.shape.rows {
            let time = watchTimes.map { frame[$0].floats[step * frame[$0].stride] }
            let bits = operation.bits(x.floats[step * x.stride], watchTime: time)
            let target = y.floats + step * y.stride
            for kind in 0..<kinds {
                let source = table.floats + kind * table.stride
                let factor: Float = bits & masks[kind] > 0 ? 1 : 0
                for column in 0..<width { target[kind * width + column] = source[column] * factor }
            }
        }
    }
}

/// Where in each period a time is.
struct TimePeriodsStep: Step {
    let timestamps: Int, units: Int, counts: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[timestamps], y = frame[output], units = frame[units].floats, counts = frame[counts].floats
        for step in 0..<x.shape.rows {
            let target = y.floats + step * y.stride
            for period in 0..<y.shape.inner / 2 {
                let angle = TimePeriods.angle(
                    x.floats[step * x.stride], unit: units[period], count: counts[period])
                target[2 * period] = cosf(angle)
                target[2 * period + 1] = sinf(angle)
            }
        }
    }
}
