public import SlipwayCore

/// Unpooled embedding lookup, as torchrec's EmbeddingCollection does for one feature.
public struct EmbeddingLookup: Operation {
    public static let name = "embedding_lookup"
    public static let spec = OperationSpec(
        "y[i] = table[ids[i]]",
        operands: [("table", .one), ("ids", .one)],
        constraints: ["table is f32, f16, bf16 or quantized rows, N × D", "ids are i64 [n]"])

    public let feature: String

    public init(feature: String) { self.feature = feature }
    public init(attributes: Attributes) throws { self.init(feature: try attributes.string("feature")) }
    public var attributes: Attributes { Attributes(["feature": .string(feature)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let table = try operands("table"), ids = try operands("ids")
        guard TableRows.allows(table) else { throw Self.violates(1, "table is \(table)") }
        guard ids.rank == 1, ids.dtype == .i64 else { throw Self.violates(2, "ids are \(ids)") }
        return [ValueType(.f32, [ids.dimensions[0], table.dimensions[1]], side: ids.side)]
    }

    /// What makes a float of a code: scale and bias.
    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.isQuantized("table") ? 2 * sizes.results : 0
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let ids = try operands("ids").ints
        let rows = TableRows(table: try operands("table"), dtype: try operands.type("table").dtype, feature: feature)
        var result: [Float] = []
        for (position, id) in ids.enumerated() { result += try rows.row(id, position: position) }
        return [Tensor(shape: [ids.count, rows.width], floats: result)]
    }
}
