import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
public import SlipwayGraph

/// Upstream's embedding group: feature groups of the config to tensors.
///
/// - DEEP and WIDE groups: [B, ΣD], the features side by side in the order of `feature_names`, sequence encoders after them.
/// - SEQUENCE groups: a query [B, ΣDq] of the features that are no sequences, and jagged steps [S:<group>, ΣDs].
///
/// Every group is built once, however often it is asked for. Source: `tzrec/modules/embedding.py`.
public struct EmbeddingGroup {
    /// Jagged steps of a sequence group.
    public struct Steps {
        /// f32 [S:<group>, D].
        public let values: ValueID
        /// i32 [B].
        public let lengths: ValueID
    }

    let context: ModelContext
    let wideEmbeddingDim: Int
    private let tower: String?
    private let dropoutTower: String?
    private var deepGroups: [String: ValueID] = [:]
    private var queries: [String: ValueID] = [:]
    private var sequences: [String: Steps] = [:]

    /// - Parameters:
    ///   - tower: the top-level module that holds the group's weights; nil when the model itself does.
    ///   - dropoutTower: that which holds the weights of variational dropout; nil when it is `tower`.
    public init(
        _ context: ModelContext, wideEmbeddingDim: Int = 4, tower: String? = nil, dropoutTower: String? = nil
    ) {
        self.context = context
        self.wideEmbeddingDim = wideEmbeddingDim
        self.tower = tower
        self.dropoutTower = dropoutTower ?? tower
    }

    /// Names of the groups that were asked for.
    var builtGroups: [String] { Array(deepGroups.keys) + Array(Set(queries.keys).union(sequences.keys)) }

    // MARK: Widths

    /// Width of each feature of a DEEP or WIDE group, in order; sequence encoders are not in it.
    public func featureDims(_ groupName: String) throws -> [(name: String, width: Int)] {
        let group = try context.group(groupName)
        return try group.featureNames.map { name in
            let feature = try feature(name, of: groupName)
            return (name, group.groupType == .wide ? wideEmbeddingDim : feature.outputDim)
        }
    }

    func feature(_ name: String, of group: String) throws -> FeatureSpec {
        try withContext("feature group \(group)") { try context.features.feature(name) }
    }

    // MARK: Groups

    /// The tensor of the config's first group, which models without named groups read: [B, D].
    public mutating func firstGroup(in network: inout Network) throws -> ValueID {
        guard let group = context.groups.first else {
            throw SlipwayError(.invalidConfig, "the model has no feature groups", fix: "add feature_groups")
        }
        return try self.group(group.groupName, in: &network)
    }

    /// The tensor of a DEEP or WIDE group: [B, D].
    public mutating func group(_ name: String, in network: inout Network) throws -> ValueID {
        if let known = deepGroups[name] { return known }
        let group = try context.group(name)
        guard group.groupType == .deep || group.groupType == .wide else {
            throw SlipwayError(
                .invalidConfig, "feature group \(name) is a sequence group, but is used as a plain one",
                fix: "set group_type: DEEP there, or name another group")
        }
        let parts = try inputs(of: &network) { network in
            var parts = try group.featureNames.map { featureName in
                try network.tiled(try pooled(try feature(featureName, of: name), group, in: &network))
            }
            for (index, encoder) in group.sequenceEncoders.enumerated() {
                parts.append(
                    try network.module("_group_name_to_seq_encoders") { network in
                        try network.module(name) { network in
                            try network.module(String(index)) { network in
                                try sequenceEncoder(encoder, of: group, in: &network)
                            }
                        }
                    })
            }
            guard !parts.isEmpty else { throw SlipwayError(.invalidConfig, "feature group \(name) is empty") }
            return parts
        }
        var value = try inputs(of: &network) { try $0.concat(parts) }
        // As upstream, a group of one feature has none.
        if context.model.hasVariationalDropout, parts.count > 1 {
            let widths = try parts.map { try network.width($0) }
            value = try network.atRoot { network in
                guard let dropoutTower else {
                    return try network.variationalDropout(value, group: name, widths: widths)
                }
                return try network.module(dropoutTower) {
                    try $0.variationalDropout(value, group: name, widths: widths)
                }
            }
        }
        deepGroups[name] = value
        return value
    }

    /// One feature of a DEEP or WIDE group: [B, D].
    private func pooled(
        _ feature: FeatureSpec, _ group: TzrecFeatureGroupConfig, in network: inout Network
    ) throws -> ValueID {
        guard !feature.isSequence else {
            throw SlipwayError(
                .invalidConfig,
                "sequence feature \(feature.name) stands in feature group \(group.groupName), "
                    + "which is not a sequence group", fix: "move it to a SEQUENCE group")
        }
        guard feature.isSparse else {
            guard group.groupType != .wide else {
                throw SlipwayError(
                    .invalidConfig, "dense feature \(feature.name) stands in the wide group \(group.groupName)",
                    fix: "take it out of the group, or give it boundaries")
            }
            let input = try denseInput(feature, in: &network)
            guard let embedding = feature.denseEmbedding else { return input }
            return try network.module("emb_impls") { network in
                try network.module(context.dataGroup(of: feature)) { network in
                    try network.module("dense_ec") { network in
                        try network.module("dense_embs") { try $0.denseEmbedding(input, feature, embedding) }
                    }
                }
            }
        }
        let jagged = try sparseInput(feature, in: &network)
        var table = try table(of: feature)
        if group.groupType == .wide {
            table.name += "_wide"
            table.width = wideEmbeddingDim
        }
        if !group.embeddingNameSuffix.isEmpty { table.name += "_\(group.embeddingNameSuffix)" }
        return try network.module("emb_impls") { network in
            try network.module(context.dataGroup(of: feature)) { network in
                let opened = try network.opened(
                    table, "embedding_bags", of: "ebc", jagged, stored: context.options.bagTables, context)
                let weights = try weightsInput(feature, in: &network)
                return try network.bag(opened.table, opened.jagged, feature, weights: weights)
            }
        }
    }

    /// The query of a sequence group: [B, Dq]; nil when every feature of it is a sequence.
    public mutating func query(_ name: String, in network: inout Network) throws -> ValueID? {
        if let known = queries[name] { return known }
        let (names, suffix) = try sequenceGroup(name)
        let parts = try inputs(of: &network) { network in
            try names.compactMap { featureName -> ValueID? in
                let feature = try feature(featureName, of: name)
                guard !feature.isSequence else { return nil }
                return try network.tiled(try queryPart(feature, suffix, in: &network))
            }
        }
        guard !parts.isEmpty else { return nil }
        let value = try network.concat(parts)
        queries[name] = value
        return value
    }

    /// One feature of a sequence group's query: [B, D].
    private func queryPart(_ feature: FeatureSpec, _ suffix: String, in network: inout Network) throws -> ValueID {
        guard feature.isSparse else { return try denseInput(feature, in: &network) }
        var jagged = try sparseInput(feature, in: &network)
        let table = try sequenceTable(feature, suffix, &jagged, in: &network)
        if feature.valueDim != 1 { return try network.bag(table, jagged, feature, weights: nil) }
        return try network.firstRow(try network.lookup(table, jagged, feature), jagged.lengths, feature)
    }

    /// The steps of a sequence group. Step counts are those of its first sequence feature, as upstream; other features are
    /// cut or padded with zeros to them.
    public mutating func sequence(_ name: String, in network: inout Network) throws -> Steps {
        if let known = sequences[name] { return known }
        let (names, suffix) = try sequenceGroup(name)
        let symbol = "S:\(name)"
        let steps = try inputs(of: &network) { network -> Steps in
            var lengths: ValueID?
            var parts: [ValueID] = []
            for featureName in names {
                let feature = try feature(featureName, of: name)
                guard feature.isSequence else { continue }
                let own = try network.tiled(try featureSteps(feature, suffix, in: &network))
                let target = lengths ?? own.lengths
                lengths = target
                parts.append(
                    try network.align(own.values, own.lengths, to: target, symbol: symbol))
            }
            guard let lengths else {
                throw SlipwayError(
                    .invalidConfig, "sequence group \(name) has no sequence feature",
                    fix: "add one, or make it a DEEP group")
            }
            return Steps(values: try network.concat(parts), lengths: lengths)
        }
        sequences[name] = steps
        return steps
    }

    /// Feature names and table suffix of a SEQUENCE group, or of a sequence group inside a DEEP one.
    private func sequenceGroup(_ name: String) throws -> (names: [String], suffix: String) {
        for group in context.groups {
            if group.groupName == name, group.groupType == .sequence || group.groupType == .jaggedSequence {
                return (group.featureNames, group.embeddingNameSuffix)
            }
            for inner in group.sequenceGroups
            where inner.groupName == name || (!inner.hasGroupName && group.groupName == name) {
                return (
                    inner.featureNames,
                    inner.embeddingNameSuffix.isEmpty ? group.embeddingNameSuffix : inner.embeddingNameSuffix
                )
            }
        }
        throw SlipwayError(
            .invalidConfig, "there is no sequence group called \(name)",
            fix: "set group_type: SEQUENCE there, or name another group")
    }

    private func featureSteps(_ feature: FeatureSpec, _ suffix: String, in network: inout Network) throws -> Steps {
        guard feature.isSparse else {
            guard feature.denseEmbedding == nil else {
                throw SlipwayError(
                    .unsupported, "feature \(feature.name): autodis and mlp embeddings of sequences are not supported")
            }
            let values = try network.builder.input(
                "\(feature.name).values",
                ValueType(
                    .f32, [.symbol("S:\(feature.name)"), .fixed(max(feature.valueDim, 1))], side: side(feature)))
            let lengths = try network.builder.input("\(feature.name).lengths", rowsType(.i32, feature))
            return Steps(values: values, lengths: lengths)
        }
        var jagged = try sparseInput(feature, in: &network)
        let table = try sequenceTable(feature, suffix, &jagged, in: &network)
        let rows = try network.lookup(table, jagged, feature)
        guard feature.hasKeyLengths else { return Steps(values: rows, lengths: jagged.lengths) }
        let keyLengths = try network.builder.input(
            "\(feature.name).key_lengths",
            ValueType(.i32, [.symbol("S:\(feature.name)")], side: side(feature)))
        let pooled = try network.segmentReduce(feature.pooling.mode, rows, keyLengths)
        return Steps(values: pooled, lengths: jagged.lengths)
    }

    // MARK: Inputs and tables

    /// Runs `body` in upstream's module for embeddings, which stands at the top of the model or of a tower.
    private func inputs<T>(of network: inout Network, _ body: (inout Network) throws -> T) throws -> T {
        try network.atRoot { network in
            guard let tower else { return try network.module("embedding_group", body) }
            return try network.module(tower) { try $0.module("embedding_group", body) }
        }
    }

    private func side(_ feature: FeatureSpec) -> Side {
        context.options.isTiled && feature.isUserFeature ? .user : .item
    }

    /// A type with one row for each of the feature's rows: a request's where it is of the user side, else a candidate's.
    private func rowsType(_ dtype: DType, _ feature: FeatureSpec, _ tail: [Dimension] = []) -> ValueType {
        let side = side(feature)
        return ValueType(dtype, [side == .user ? .user : .batch] + tail, side: side)
    }

    private func denseInput(_ feature: FeatureSpec, in network: inout Network) throws -> ValueID {
        try network.builder.input(
            "\(feature.name).values", rowsType(.f32, feature, [.fixed(max(feature.valueDim, 1))]))
    }

    private func sparseInput(_ feature: FeatureSpec, in network: inout Network) throws -> JaggedIDs {
        JaggedIDs(
            ids: try network.builder.input(
                "\(feature.name).values", ValueType(.i64, [.symbol("N:\(feature.name)")], side: side(feature))),
            lengths: try network.builder.input("\(feature.name).lengths", rowsType(.i32, feature)))
    }

    private func weightsInput(_ feature: FeatureSpec, in network: inout Network) throws -> ValueID? {
        guard feature.isWeighted, context.options.weightedFeatures == .asTrained else { return nil }
        return try network.builder.input(
            "\(feature.name).weights", ValueType(.f32, [.symbol("N:\(feature.name)")], side: side(feature)))
    }

    private func table(of feature: FeatureSpec) throws -> GroupTable {
        guard let table = try feature.table() else {
            throw SlipwayError(.internalFault, "feature \(feature.name) has no table")
        }
        guard table.rows <= 1 << 40, table.width <= 1 << 20, table.rows * table.width <= 1 << 48 else {
            throw SlipwayError(
                .invalidConfig, "feature \(feature.name): a table of \(table.rows) rows of \(table.width) is too large",
                fix: "check hash_bucket_size, num_buckets and embedding_dim")
        }
        let rows: GroupTable.Rows =
            feature.zeroCollisionHash != nil ? .managed : feature.dynamicEmbedding != nil ? .dynamic : .fixed
        return GroupTable(table, rows)
    }

    /// The table of a sequence group's feature. `jagged` comes with raw ids and leaves with ids of the table.
    private func sequenceTable(
        _ feature: FeatureSpec, _ suffix: String, _ jagged: inout JaggedIDs, in network: inout Network
    ) throws -> ValueID {
        var table = try table(of: feature)
        if !suffix.isEmpty { table.name += "_\(suffix)" }
        return try network.module("seq_emb_impls") { network in
            try network.module(context.dataGroup(of: feature)) { network in
                let opened = try network.opened(
                    table, "embeddings", of: "ec_dict", jagged, stored: context.options.sequenceTables, context)
                jagged = opened.jagged
                return opened.table
            }
        }
    }
}
