/// One feature of a pipeline config: its type, full name and settings, sub-features of grouped sequences included.
struct ConfigFeature {
    /// `id_feature`, `raw_feature`, …: the oneof member, without `sequence_`.
    let kind: String
    /// `<sequence_name>__<feature_name>` for a sub-feature of a grouped sequence; one underscore under RTP.
    let name: String
    let isSequence: Bool
    /// The `sequence_feature` it belongs to, if any.
    let sequence: DynamicMessage?
    /// The `FeatureConfig` or `SeqFeatureConfig` around the settings.
    let wrapper: DynamicMessage
    /// The settings: an `IdFeature`, a `RawFeature`, …
    let config: DynamicMessage
    /// Where it stands: `feature_configs[3].sequence_feature.features[0].id_feature`.
    let path: String

    var isGrouped: Bool { sequence != nil }

    /// The table this feature's ids are looked up in.
    var embeddingName: String {
        let given = config.text("embedding_name")
        return given.isEmpty ? name + "_emb" : given
    }

    /// Every feature in the order of the config. A feature config with nothing set is left out.
    static func all(in root: DynamicMessage, usesRTP: Bool = false) -> [ConfigFeature] {
        var result: [ConfigFeature] = []
        for (index, wrapper) in root.messages("feature_configs").enumerated() {
            guard let member = wrapper.set(of: "feature"), let config = wrapper.message(member.name) else { continue }
            let path = "feature_configs[\(index)].\(member.name)"
            if member.name == "sequence_feature" {
                result += grouped(in: config, joint: usesRTP ? "_" : "__", path: path)
                continue
            }
            let isSequence = member.name.hasPrefix("sequence_")
            result.append(
                ConfigFeature(
                    kind: isSequence ? String(member.name.dropFirst(9)) : member.name,
                    name: config.text("feature_name"), isSequence: isSequence, sequence: nil, wrapper: wrapper,
                    config: config, path: path))
        }
        return result
    }

    private static func grouped(in sequence: DynamicMessage, joint: String, path: String) -> [ConfigFeature] {
        let prefix = sequence.text("sequence_name") + joint
        return sequence.messages("features").enumerated().compactMap { index, wrapper in
            guard let member = wrapper.set(of: "feature"), let config = wrapper.message(member.name) else { return nil }
            return ConfigFeature(
                kind: member.name, name: prefix + config.text("feature_name"), isSequence: true, sequence: sequence,
                wrapper: wrapper, config: config, path: "\(path).features[\(index)].\(member.name)")
        }
    }
}
