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
    /// What says which row an id has.
    enum Rows {
        /// The id itself.
        case fixed
        /// A map beside the table, made by a managed collision module.
        case managed
        /// The ids that dynamicemb stored with the rows; how many there are, only the checkpoint tells.
        case dynamic
    }

    var name: String
    var rowCount: Int
    var width: Int
    let dtype: DType
    let rows: Rows

    init(_ table: EmbeddingTable, _ rows: Rows) {
        name = table.name
        rowCount = table.rows
        width = table.width
        dtype = table.dtype
        self.rows = rows
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
    /// A table of collection `collection` in the current module, and ids of its rows for raw ones.
    ///
    /// - Parameters:
    ///   - folder: the module of the collection's tables.
    ///   - stored: how the table is stored; nil for as in the checkpoint.
    mutating func opened(
        _ table: GroupTable, _ folder: String, of collection: String, _ jagged: JaggedIDs, stored: DType?,
        _ context: ModelContext
    ) throws -> (table: ValueID, jagged: JaggedIDs) {
        try module(table.rows == .managed ? "mc_\(collection)" : collection) { network in
            guard collection == "ec_dict" else {
                return try network.opened(table, folder, jagged, stored, context)
            }
            return try network.module(String(table.width)) { try $0.opened(table, folder, jagged, stored, context) }
        }
    }

    private mutating func opened(
        _ table: GroupTable, _ folder: String, _ jagged: JaggedIDs, _ stored: DType?, _ context: ModelContext
    ) throws -> (table: ValueID, jagged: JaggedIDs) {
        var table = table
        var jagged = jagged
        var leaf = "\(folder).\(table.name)"
        switch table.rows {
        case .fixed: break
        case .managed:
            let map = "_managed_collision_collection._managed_collision_modules.\(table.name)"
            leaf = "_embedding_module.\(leaf)"
            jagged.ids = try remapped(
                jagged.ids, keys: "\(map)._mch_sorted_raw_ids", rows: "\(map)._mch_remapped_ids_mapping",
                count: table.rowCount)
        case .dynamic:
            guard let count = context.dynamicRows[weightName(leaf)] else {
                throw SlipwayError(
                    .mismatch, "the checkpoint's dynamicemb folder has no table \(weightName(leaf))",
                    fix: context.dynamicRows.isEmpty
                        ? "copy the folder dynamicemb of the checkpoint too"
                        : "it has " + context.dynamicRows.keys.sorted().prefix(5).joined(separator: ", "))
            }
            table.rowCount = count
            jagged.ids = try remapped(
                jagged.ids, keys: "\(leaf).dynamic_keys", rows: "\(leaf).dynamic_rows", count: count)
        }
        let id = try withContext("embedding_name \(table.name)") {
            try builder.table(
                weightName("\(leaf).weight"), rows: table.rowCount, width: table.width, dtype: stored ?? table.dtype)
        }
        return (id, jagged)
    }

    /// Rows of raw ids by a map of the checkpoint: [N:<feature>].
    private mutating func remapped(_ ids: ValueID, keys: String, rows: String, count: Int) throws -> ValueID {
        let keys = try builder.parameter(weightName(keys), shape: [count], dtype: .i64)
        let rows = try builder.parameter(weightName(rows), shape: [count], dtype: .i64)
        return try builder.add(RemapIDs(), [Operand("ids", ids), Operand("keys", keys), Operand("rows", rows)])
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
