public import SlipwayCore

/// Jagged rows cut or padded with zeros to other lengths.
public struct JaggedAlign: SymbolOperation {
    public static let name = "jagged_align"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y has target[b] steps: the first ones of row b of values, then zeros",
        operands: [("values", .one), ("lengths", .one), ("target", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [B]", "target has the type of lengths"])
    public static let commutesWithTile = true
    public static let lengthsOfResult: String? = "target"

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands), target = try operands("target")
        guard target == lengths else { throw Self.violates(3, "target is \(target), lengths are \(lengths)") }
        return [ValueType(.f32, [.symbol(symbol), values.dimensions[1]], side: operands.side("values", "lengths"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values")
        let target = try Segments(lengths: try operands("target").ints, of: "\(Self.name) target")
        let width = values.rowSize, source = values.floats
        let segments = try Segments(lengths: try operands("lengths").ints, count: values.shape[0], of: Self.name)
        var result: [Float] = []
        for row in 0..<segments.count {
            for step in 0..<target[row].count {
                if step < segments[row].count {
                    let start = (segments[row].lowerBound + step) * width
                    result += source[start..<start + width]
                } else {
                    result += [Float](repeating: 0, count: width)
                }
            }
        }
        return [Tensor(shape: [target.total, width], floats: result)]
    }
}
