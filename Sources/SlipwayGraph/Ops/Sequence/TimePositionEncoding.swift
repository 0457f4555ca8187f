import Foundation
public import SlipwayCore

/// Scaled steps plus a vector for how far each one is from the targets and one for how long ago it was.
///
/// Positions count back from the targets: a step i of the history of a row of L steps has L − tail[b] − i + prefix, P − 1 at
/// most, a target has `prefix`; the first `prefix` steps have their own positions. Time is in float32, as upstream, since
/// it decides which bucket a step falls into. NaN falls into bucket 0.
public struct TimePositionEncoding: Operation {
    public enum Function: String, Sendable, CaseIterable { case sqrt, log }

    public static let name = "time_position_encoding"
    public static let spec = OperationSpec(
        "y[i] = scale · values[i] + (times[bucket(i)] + positions[position(i)]), where bucket(i) is "
            + "f(max(anchor − timestamps[i], 1e-6) / increment) cut to 0 … M and rounded down, anchor the row's own or the "
            + "timestamp of its last step",
        operands: [
            ("values", .one), ("lengths", .one), ("tail", .one), ("positions", .one), ("times", .one),
            ("timestamps", .one), ("anchor", .optional),
        ],
        constraints: [
            "values are f32 [n, D]", "lengths are i32 [B]", "tail is i32 [B]",
            "positions are f32 [P, D], P above prefix", "times are f32 [M + 1, D], M at least 1",
            "timestamps are f32 [n, 1]", "anchor is f32 [B, 1]", "prefix is not negative and increment is positive",
        ])

    public let scale: Double
    /// Steps at the front with positions of their own.
    public let prefix: Int
    public let function: Function
    /// Units of time in one bucket, before the function.
    public let increment: Double

    public init(scale: Double, prefix: Int, function: Function, increment: Double) {
        self.scale = scale
        self.prefix = prefix
        self.function = function
        self.increment = increment
    }

    public init(attributes: Attributes) throws {
        self.init(
            scale: try attributes.float("scale"), prefix: try attributes.int("prefix"),
            function: try attributes.choice("function", of: Function.self),
            increment: try attributes.float("increment"))
    }

    public var attributes: Attributes {
        Attributes([
            "scale": .float(scale), "prefix": .int(prefix), "function": .string(function.rawValue),
            "increment": .float(increment),
        ])
    }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        try Self.checkTail(operands, of: lengths, constraint: 3)
        guard prefix >= 0, prefix <= 1 << 31, increment > 0 else {
            throw Self.violates(8, "prefix is \(prefix), increment is \(increment)")
        }
        guard let positions = try operands.steps("positions"), positions.dimensions[1] == values.dimensions[1],
            let count = positions.dimensions[0].size, count > prefix
        else { throw Self.violates(4, "positions are \(try operands("positions")), values are \(values)") }
        guard let times = try operands.steps("times"), times.dimensions[1] == values.dimensions[1],
            let buckets = times.dimensions[0].size, buckets >= 2
        else { throw Self.violates(5, "times are \(try operands("times")), values are \(values)") }
        guard let timestamps = try operands.steps("timestamps"),
            timestamps.dimensions == [values.dimensions[0], .fixed(1)]
        else { throw Self.violates(6, "timestamps are \(try operands("timestamps")), values are \(values)") }
        if let anchor = operands.optional("anchor") {
            guard anchor.dtype == .f32, anchor.dimensions == [lengths.dimensions[0], .fixed(1)] else {
                throw Self.violates(7, "anchor is \(anchor), lengths are \(lengths)")
            }
        }
        return [
            ValueType(
                .f32, values.dimensions, side: operands.side("values", "lengths", "tail", "timestamps", "anchor"))
        ]
    }

    /// The bucket of a step at `timestamp`, of `buckets` + 1.
    public func bucket(_ timestamp: Float, anchor: Float, buckets: Int) -> Int {
        let elapsed = max(anchor - timestamp, 1e-6) / Float(increment)
        let scaled = function == .sqrt ? elapsed.squareRoot() : Foundation.log(elapsed)
        let share = min(max(scaled / Float(buckets), 0), 1) * Float(buckets)
        return share.isNaN ? 0 : Int(share)
    }

    /// The position of step `index` of a row whose history, prefix included, is `history` steps long.
    public func position(_ index: Int, history: Int, positions: Int) -> Int {
        index < prefix ? index : min(history - min(index, history) + prefix, positions - 1)
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        3 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        let tails = try operands.tails("tail", within: segments)
        let positions = try operands("positions"), times = try operands("times")
        let timestamps = try operands("timestamps").floats, anchors = operands.optional("anchor")?.floats
        let width = values.rowSize, near = positions.floats, ago = times.floats
        var result = values.floats.map { $0 * Float(scale) }
        for row in 0..<segments.count {
            let history = segments[row].count - tails[row]
            for (index, step) in segments[row].enumerated() {
                let place = position(index, history: history, positions: positions.shape[0])
                let anchor = anchors?[row] ?? timestamps[segments[row].upperBound - 1]
                let bucket = bucket(timestamps[step], anchor: anchor, buckets: times.shape[0] - 1)
                for column in 0..<width {
                    result[step * width + column] += ago[bucket * width + column] + near[place * width + column]
                }
            }
        }
        return [Tensor(shape: values.shape, floats: result)]
    }
}
