public import SlipwayConfig

extension ModelDrawing.Group {
    /// The feature groups of a config, and the sequence groups inside them under their own names.
    public static func all(in config: TzrecEasyRecConfig) -> [ModelDrawing.Group] {
        config.modelConfig.featureGroups.flatMap { group in
            let sequences = group.sequenceGroups.map { sequence in
                Self(name: sequence.groupName, features: sequence.featureNames)
            }
            let all = group.featureNames + group.sequenceGroups.flatMap(\.featureNames)
            return [Self(name: group.groupName, features: all)] + sequences
        }
    }
}
