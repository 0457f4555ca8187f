import SlipwayCore
import SlipwayFeatures
import SlipwayGraph

/// Ids of a sparse feature: i64 [N:<feature>] and i32 [B].
struct JaggedIDs {
    var ids: ValueID
    let lengths: ValueID
}

/// A table of the checkpoint as a group reads it: the feature's table, perhaps under another name or width.
struct GroupTable {
    var name: String
    let rows: Int
    var width: Int
    let dtype: DType
    /// Whether ids are raw and a map beside the table says which rows they have.
    let isManaged: Bool

    init(_ table: EmbeddingTable, isManaged: Bool) {
        name = table.name
        rows = table.rows
        width = table.width
        dtype = table.dtype
        self.isManaged = isManaged
    }

    /// What stands before the tables in their collection's names.
    var prefix: String { isManaged ? "_embedding_module." : "" }
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

    /// Runs `body` in the collection `name`, or in its twin for managed tables.
    mutating func tables(
        _ name: String, ofManaged isManaged: Bool, _ body: (inout Network) throws -> ValueID
    ) throws -> ValueID {
        try module(isManaged ? "mc_\(name)" : name, body)
    }

    /// Rows of raw ids in a managed table, by the map that training left: [N:<feature>].
    mutating func remapped(_ ids: ValueID, _ table: GroupTable) throws -> ValueID {
        let path = "_managed_collision_collection._managed_collision_modules.\(table.name)"
        let operands = try [("keys", "_mch_sorted_raw_ids"), ("rows", "_mch_remapped_ids_mapping")].map { role, leaf in
            Operand(role, try builder.parameter(weightName("\(path).\(leaf)"), shape: [table.rows], dtype: .i64))
        }
        return try builder.add(RemapIDs(), [Operand("ids", ids)] + operands)
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
