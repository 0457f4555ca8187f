public import SlipwayCore

/// Sum or mean of consecutive rows; an empty segment gives 0.
public struct SegmentReduce: Operation {
    public static let name = "segment_reduce"
    public static let spec = OperationSpec(
        "y[m] = pool(values[i]) over i in segment m",
        operands: [("values", .one), ("lengths", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [M]"])
    public static let commutesWithTile = true

    public let mode: PoolingMode

    public init(mode: PoolingMode) { self.mode = mode }
    public init(attributes: Attributes) throws { self.init(mode: try attributes.choice("mode", of: PoolingMode.self)) }
    public var attributes: Attributes { Attributes(["mode": .string(mode.rawValue)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        return [
            ValueType(.f32, [lengths.dimensions[0], values.dimensions[1]], side: operands.side("values", "lengths"))
        ]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.count("values") + (mode == .mean ? sizes.results : 0)
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values")
        let width = values.rowSize, source = values.floats
        let segments = try Segments(lengths: try operands("lengths").ints, count: values.shape[0], of: Self.name)
        var result = [Float](repeating: 0, count: segments.count * width)
        for segment in 0..<segments.count {
            let range = segments[segment]
            for column in 0..<width {
                var sum = 0.0
                for row in range { sum += Double(source[row * width + column]) }
                if mode == .mean, !range.isEmpty { sum /= Double(range.count) }
                result[segment * width + column] = Float(sum)
            }
        }
        return [Tensor(shape: [segments.count, width], floats: result)]
    }
}
