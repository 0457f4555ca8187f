import SlipwayCore
import SlipwayFeatures
import SlipwayGraph

/// Ids of a sparse feature: i64 [N:<feature>] and i32 [B].
struct JaggedIDs {
    let ids: ValueID
    let lengths: ValueID
}

/// A table of the checkpoint as a group reads it: the feature's table, perhaps under another name or width.
struct GroupTable {
    var name: String
    let rows: Int
    var width: Int
    let dtype: DType

    init(_ table: EmbeddingTable) {
        name = table.name
        rows = table.rows
        width = table.width
        dtype = table.dtype
    }
}

extension Pooling {
    var mode: PoolingMode {
        switch self {
        case .sum: return .sum
        case .mean: return .mean
        }
    }
}

extension Network {
    /// The table whose checkpoint name ends in `leaf`, stored as `dtype`.
    mutating func table(_ leaf: String, _ table: GroupTable, _ dtype: DType) throws -> ValueID {
        try withContext("embedding_name \(table.name)") {
            try builder.table(weightName(leaf), rows: table.rows, width: table.width, dtype: dtype)
        }
    }

    /// Pooled lookup: [B, D].
    mutating func bag(_ table: ValueID, _ jagged: JaggedIDs, _ feature: FeatureSpec, weights: ValueID?) throws
        -> ValueID
    {
        var operands = [Operand("table", table), Operand("ids", jagged.ids), Operand("lengths", jagged.lengths)]
        if let weights { operands.append(Operand("weights", weights)) }
        return try builder.add(EmbeddingBag(mode: feature.pooling.mode, feature: feature.name), operands)
    }

    /// Rows of all ids: [N:<feature>, D].
    mutating func lookup(_ table: ValueID, _ jagged: JaggedIDs, _ feature: FeatureSpec) throws -> ValueID {
        try builder.add(
            EmbeddingLookup(feature: feature.name), [Operand("table", table), Operand("ids", jagged.ids)])
    }

    /// Jagged steps cut or padded to other lengths.
    mutating func align(_ values: ValueID, _ lengths: ValueID, to target: ValueID, symbol: String) throws -> ValueID {
        try builder.add(
            JaggedAlign(symbol: symbol),
            [Operand("values", values), Operand("lengths", lengths), Operand("target", target)])
    }

    /// The first row of each jagged row, zeros where it is empty: [B, D].
    mutating func firstRow(_ values: ValueID, _ lengths: ValueID, _ feature: FeatureSpec) throws -> ValueID {
        let one = try builder.add(ClampLengths(maximum: 1), [Operand("lengths", lengths)])
        let first = try align(values, lengths, to: one, symbol: "first:\(feature.name)")
        return try segmentReduce(.sum, first, one)
    }
}
