public import SlipwayConfig

extension FeatureSet {
    /// The features as configs again: what an exported `pipeline.config` lists.
    ///
    /// A sequence group stands once, where its first feature does, with its four fields stated.
    ///
    /// - Parameter assets: copies whose names replace the paths; `asset_dir` becomes their folder.
    public func configs(assets: AssetCopies? = nil) -> [TzrecFeatureConfig] {
        var results: [TzrecFeatureConfig] = []
        var groups: [String: Int] = [:]
        for feature in features {
            let type = feature.type.pointing(to: assets, folder: assets?.directory)
            guard let sequence = feature.sequence, let name = sequence.groupName else {
                results.append(type.topLevelConfig())
                continue
            }
            let place = groups[name] ?? results.count
            if place == results.count {
                groups[name] = place
                var config = TzrecFeatureConfig()
                config.sequenceFeature.sequenceName = name
                config.sequenceFeature.sequenceLength = UInt32(clamping: sequence.length)
                config.sequenceFeature.sequenceDelim = sequence.delimiter
                config.sequenceFeature.sequencePk = sequence.primaryKey ?? "user:\(name)"
                results.append(config)
            }
            results[place].sequenceFeature.features.append(type.groupedConfig())
        }
        return results
    }
}

extension FeatureType {
    fileprivate func topLevelConfig() -> TzrecFeatureConfig {
        var wrapped = TzrecFeatureConfig()
        wrapped.feature = Self.topLevel(config, isSequence: isSequence)
        return wrapped
    }

    fileprivate func groupedConfig() -> TzrecSeqFeatureConfig {
        var wrapped = TzrecSeqFeatureConfig()
        wrapped.feature = Self.grouped(config)
        return wrapped
    }
}
