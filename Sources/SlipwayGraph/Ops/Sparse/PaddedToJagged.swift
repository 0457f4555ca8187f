public import SlipwayCore

/// The valid steps of a padded tensor, row after row.
public struct PaddedToJagged: SymbolOperation {
    public static let name = "padded_to_jagged"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "the first lengths[b] steps of each row b of padded, one after the other",
        operands: [("padded", .one), ("lengths", .one)],
        constraints: ["padded is f32 [B, T, D]", "lengths are i32 [B] and at most T"])
    public static let commutesWithTile = true
    public static let lengthsOfResult: String? = "lengths"

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let padded = try operands("padded"), lengths = try operands("lengths")
        guard padded.rank == 3, padded.dtype == .f32 else { throw Self.violates(1, "padded is \(padded)") }
        guard lengths.rank == 1, lengths.dtype == .i32, lengths.dimensions[0] == padded.dimensions[0] else {
            throw Self.violates(2, "lengths are \(lengths)")
        }
        return [ValueType(.f32, [.symbol(symbol), padded.dimensions[2]], side: operands.side("padded", "lengths"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let padded = try operands("padded"), lengths = try operands("lengths").ints
        let steps = padded.shape[1], width = padded.shape[2], source = padded.floats
        var result: [Float] = []
        for (row, length) in lengths.enumerated() {
            guard length >= 0, length <= Int64(steps) else {
                throw Self.violates(2, "row \(row) has length \(length), but T is \(steps)")
            }
            result += source[row * steps * width..<(row * steps + Int(length)) * width]
        }
        return [Tensor(shape: [Int(lengths.reduce(0, +)), width], floats: result)]
    }
}
