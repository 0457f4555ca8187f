import SlipwayCore

extension PipelineConfig {
    /// The config that upstream's export writes beside the model.
    ///
    /// Everything but `feature_configs` stays. These become the features the exported part reads:
    /// - `whole`, `model`: all of them, in order.
    /// - `user`, `item`: those of the tower's feature groups, in the groups' order; HSTU's user tower reads every group
    ///   but the item's.
    /// - `embedding` (TDM): the features of the first SEQUENCE group that are no sequences.
    ///
    /// Sub-features of one sequence name are gathered in one `sequence_feature`, at the place of the first, with
    /// `sequence_length`, `sequence_delim` and `sequence_pk` written out, the last `user:<sequence_name>` when unset.
    /// HSTU's item tower is fed scalars: its sub-features stand alone, with `value_dim` (1 when unset) and
    /// `default_value` ("0" when empty) written out.
    ///
    /// With `usesRTP` groups name sub-features with one underscore, as upstream does under `USE_RTP=1`.
    /// Assets that a feature names (`vocab_file` and the like) are left as they are; who copies them renames them.
    /// Throws: `invalidConfig` when a tower or group it needs is absent, `invalidArgument` for a part this kind of
    /// model does not have.
    public static func exported(
        _ config: TzrecEasyRecConfig, part: ExportPart = .whole, usesRTP: Bool = false
    ) throws -> TzrecEasyRecConfig {
        let root = try dynamic(config)
        let features = ConfigFeature.all(in: root, usesRTP: usesRTP)
        let kept = try select(part, from: features, config: config)
        let asScalars = part == .item && ModelKind(of: config.modelConfig) == .hstuMatch
        guard let field = root.schema.field(named: "feature_configs") else { return config }
        let wrappers = asScalars ? kept.map(scalar) : gathered(kept)
        root.replaceAll(of: field, with: wrappers.map { .message($0) })
        return try typed(root)
    }

    private static func select(
        _ part: ExportPart, from features: [ConfigFeature], config: TzrecEasyRecConfig
    ) throws -> [ConfigFeature] {
        let kind = ModelKind(of: config.modelConfig)
        let parts = kind.map(ExportPart.parts) ?? [.whole]
        guard parts.contains(part) else {
            let known = parts.map(\.rawValue).joined(separator: ", ")
            throw SlipwayError(
                .invalidArgument, "a \(kind?.name ?? "config without a model") has no part \(part.rawValue)",
                fix: "parts: \(known)")
        }
        switch part {
        case .whole, .model:
            return features
        case .user, .item:
            let groups = try towerGroups(part, config.modelConfig)
            return try groups.flatMap { try members(of: $0, in: features) }
        case .embedding:
            guard let group = config.modelConfig.featureGroups.first(where: { $0.groupType == .sequence }) else {
                throw SlipwayError(
                    .invalidConfig, "tdm needs a feature group of type SEQUENCE", fix: "add one to feature_groups")
            }
            return try members(of: [group], in: features).filter { !$0.isSequence }
        }
    }

    /// The groups a tower reads, as lists that are each searched on their own.
    private static func towerGroups(
        _ part: ExportPart, _ model: TzrecModelConfig
    ) throws -> [[TzrecFeatureGroupConfig]] {
        let isUser = part == .user
        switch model.model {
        case .dssm(let dssm):
            return [[try group(isUser ? dssm.userTower.input : dssm.itemTower.input, model)]]
        case .dssmV2(let dssm):
            return [[try group(isUser ? dssm.userTower.input : dssm.itemTower.input, model)]]
        case .dat(let dat):
            let tower = isUser ? dat.userTower : dat.itemTower
            return [[try group(tower.input, model)], [try group(tower.augmentInput, model)]]
        case .mind(let mind):
            guard isUser else { return [[try group(mind.itemTower.input, model)]] }
            return [[try group(mind.userTower.input, model)], [try group(mind.userTower.historyInput, model)]]
        case .hstuMatch(let hstu):
            let item = try group(hstu.itemTower.input, model)
            return isUser ? [model.featureGroups.filter { $0.groupName != item.groupName }] : [[item]]
        default:
            return []
        }
    }

    private static func group(_ name: String, _ model: TzrecModelConfig) throws -> TzrecFeatureGroupConfig {
        guard let found = model.featureGroups.first(where: { $0.groupName == name }) else {
            throw SlipwayError(
                .invalidConfig, "a tower's input `\(name)` is no feature group",
                fix: "groups: " + model.featureGroups.map(\.groupName).joined(separator: ", "))
        }
        return found
    }

    /// The groups' features, each once, in the groups' order.
    private static func members(
        of groups: [TzrecFeatureGroupConfig], in features: [ConfigFeature]
    ) throws -> [ConfigFeature] {
        let byName = Dictionary(features.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        var taken: Set<String> = []
        var result: [ConfigFeature] = []
        for group in groups {
            for name in group.featureNames + group.sequenceGroups.flatMap(\.featureNames)
            where taken.insert(name).inserted {
                guard let feature = byName[name] else {
                    throw SlipwayError(
                        .invalidConfig, "feature group `\(group.groupName)` names `\(name)`, which is no feature",
                        fix: "add it to feature_configs or take it out of the group")
                }
                result.append(feature)
            }
        }
        return result
    }

    private static func gathered(_ features: [ConfigFeature]) -> [DynamicMessage] {
        let table = SchemaTable.shared
        var order: [String] = []
        var wrappers: [String: DynamicMessage] = [:]
        for feature in features {
            guard let sequence = feature.sequence else {
                if wrappers[feature.name] == nil { order.append(feature.name) }
                wrappers[feature.name] = feature.wrapper
                continue
            }
            let name = sequence.text("sequence_name")
            if wrappers[name] == nil {
                order.append(name)
                wrappers[name] = opened(sequence, named: name, table)
            }
            guard let inner = wrappers[name]?.message("sequence_feature"),
                let list = inner.schema.field(named: "features")
            else { continue }
            inner.add(.message(feature.wrapper), to: list)
        }
        return order.compactMap { wrappers[$0] }
    }

    /// A feature config with a `sequence_feature` of no sub-features yet.
    private static func opened(_ sequence: DynamicMessage, named name: String, _ table: SchemaTable) -> DynamicMessage {
        let wrapper = DynamicMessage(table.message("FeatureConfig"))
        let inner = DynamicMessage(sequence.schema)
        inner.set("sequence_name", .string(name))
        inner.set("sequence_length", .uint(sequence.unsigned("sequence_length")))
        inner.set("sequence_delim", .string(sequence.text("sequence_delim")))
        let key = sequence.text("sequence_pk")
        inner.set("sequence_pk", .string(key.isEmpty ? "user:\(name)" : key))
        wrapper.set("sequence_feature", .message(inner))
        return wrapper
    }

    /// The sub-feature as a feature of its own.
    private static func scalar(_ feature: ConfigFeature) -> DynamicMessage {
        let config = DynamicMessage(feature.config.schema)
        for field in feature.config.setFields { config.replaceAll(of: field, with: feature.config.all(field)) }
        if config.schema.field(named: "default_value") != nil, config.text("default_value").isEmpty {
            config.set("default_value", .string("0"))
        }
        if config.schema.field(named: "value_dim") != nil, !config.has("value_dim") {
            config.set("value_dim", .uint(1))
        }
        let wrapper = DynamicMessage(SchemaTable.shared.message("FeatureConfig"))
        wrapper.set(feature.kind, .message(config))
        return wrapper
    }
}
