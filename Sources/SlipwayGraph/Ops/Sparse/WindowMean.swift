public import SlipwayCore

/// Means over consecutive windows of each row's steps.
public struct WindowMean: Operation {
    public static let name = "window_mean"
    public static let spec = OperationSpec(
        "y[b, w] = mean of the steps of row b in window w, 0 where there are none; window w holds the windows[w] steps after "
            + "the windows before it",
        operands: [("values", .one), ("lengths", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [B]", "windows are one or more, each at least 1"])
    public static let commutesWithTile = true

    /// Steps in each window.
    public let windows: [Int]

    public init(windows: [Int]) { self.windows = windows }
    public init(attributes: Attributes) throws { self.init(windows: try attributes.ints("windows")) }
    public var attributes: Attributes { Attributes(["windows": .ints(windows)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        guard !windows.isEmpty, windows.allSatisfy({ $0 >= 1 }), CheckedSize.sum(windows) != nil else {
            throw Self.violates(3, "windows are \(windows)")
        }
        return [
            ValueType(
                .f32, [lengths.dimensions[0], .fixed(windows.count), values.dimensions[1]],
                side: operands.side("values", "lengths"))
        ]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.count("values") + sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values")
        let width = values.rowSize, source = values.floats
        let segments = try Segments(lengths: try operands("lengths").ints, count: values.shape[0], of: Self.name)
        var result: [Float] = []
        for row in 0..<segments.count {
            var rest = segments[row]
            for window in windows {
                let steps = rest.prefix(window)
                rest = rest.dropFirst(window)
                for column in 0..<width {
                    var sum = 0.0
                    for step in steps { sum += Double(source[step * width + column]) }
                    result.append(Float(sum / Double(max(steps.count, 1))))
                }
            }
        }
        return [Tensor(shape: [segments.count, windows.count, width], floats: result)]
    }
}
