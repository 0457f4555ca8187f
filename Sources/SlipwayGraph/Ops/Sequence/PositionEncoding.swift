public import SlipwayCore

/// Scaled steps plus a vector for each one's position.
public struct PositionEncoding: Operation {
    public static let name = "position_encoding"
    public static let spec = OperationSpec(
        "y[i] = scale · values[i] + table[min(i, L − tail[b], P − 1)] for step i, counted from 0, of row b of L steps",
        operands: [("values", .one), ("lengths", .one), ("tail", .one), ("table", .one)],
        constraints: [
            "values are f32 [n, D]", "lengths are i32 [B]", "tail is i32 [B]", "table is f32 [P, D], P at least 1",
        ])

    public let scale: Double

    public init(scale: Double) { self.scale = scale }
    public init(attributes: Attributes) throws { self.init(scale: try attributes.float("scale")) }
    public var attributes: Attributes { Attributes(["scale": .float(scale)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        try Self.checkTail(operands, of: lengths, constraint: 3)
        guard let table = try operands.steps("table"), table.dimensions[1] == values.dimensions[1],
            let positions = table.dimensions[0].size, positions >= 1
        else { throw Self.violates(4, "table is \(try operands("table")), values are \(values)") }
        return [ValueType(.f32, values.dimensions, side: operands.side("values", "lengths", "tail"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        let tails = try operands.tails("tail", within: segments), table = try operands("table")
        let width = values.rowSize, positions = table.floats
        var result = values.floats.map { $0 * Float(scale) }
        for row in 0..<segments.count {
            for (index, step) in segments[row].enumerated() {
                let position = min(index, segments[row].count - tails[row], table.shape[0] - 1)
                for column in 0..<width { result[step * width + column] += positions[position * width + column] }
            }
        }
        return [Tensor(shape: values.shape, floats: result)]
    }
}
