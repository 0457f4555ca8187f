import SlipwayCore

extension FeatureType where Message: BucketizerMessage {
    /// The one bucketizer the config means, in upstream's order of precedence.
    ///
    /// - Parameters:
    ///   - numBuckets: the field's value when set.
    ///   - numBucketsFirst: whether it goes before the vocabularies or after them.
    func chooseBucketizer(
        numBuckets: UInt64? = nil, numBucketsFirst: Bool = true, boundaries: [Float] = []
    ) -> Bucketizer? {
        if config.hasZch { return .zeroCollision(config.zch) }
        if config.hasDynamicemb { return .dynamic(config.dynamicemb) }
        if config.hasHashBucketSize { return .hash(config.hashBucketSize) }
        if numBucketsFirst, let numBuckets { return .numBuckets(numBuckets) }
        let unknown = config.hasDefaultBucketizeValue ? config.defaultBucketizeValue : 1
        if !config.vocabList.isEmpty { return .vocabList(vocabList, unknown: unknown) }
        if !config.vocabDict.isEmpty { return .vocabDict(vocabDict, unknown: unknown) }
        if config.hasVocabFile, !config.vocabFile.isEmpty { return .vocabFile(vocabFilePath, unknown: unknown) }
        if let numBuckets { return .numBuckets(numBuckets) }
        return boundaries.isEmpty ? nil : .boundaries(boundaries)
    }

    /// Without `default_bucketize_value`, id 0 is the default value and id 1 every unknown word.
    private var vocabList: [String] {
        config.hasDefaultBucketizeValue ? config.vocabList : [defaultValue, "<OOV>"] + config.vocabList
    }

    /// Without `default_bucketize_value`, a non-empty default value has id 0 whatever the config says.
    private var vocabDict: [String: UInt64] {
        guard !config.hasDefaultBucketizeValue, !defaultValue.isEmpty else { return config.vocabDict }
        return config.vocabDict.merging([defaultValue: 0]) { $1 }
    }

    private var vocabFilePath: String {
        config.hasAssetDir ? AssetPath.join(config.assetDir, config.vocabFile) : config.vocabFile
    }

    /// What every message with a vocabulary must satisfy.
    func validateVocabulary() throws {
        if config.hasDefaultBucketizeValue, !config.vocabList.isEmpty,
            config.defaultBucketizeValue >= UInt64(config.vocabList.count)
        {
            throw FeatureError.config(
                name, "default_bucketize_value",
                "is \(config.defaultBucketizeValue) but vocab_list has \(config.vocabList.count) words",
                fix: "use the position of a word in vocab_list")
        }
        if config.hasVocabFile, !config.hasDefaultBucketizeValue {
            throw FeatureError.config(
                name, "vocab_file", "is set without default_bucketize_value",
                fix: "set default_bucketize_value to the id of unknown words")
        }
    }

    var vocabularyAssets: [FeatureAsset] {
        config.hasVocabFile && !config.vocabFile.isEmpty ? [FeatureAsset(field: .vocabFile, path: vocabFilePath)] : []
    }

    package func validate() throws { try validateVocabulary() }
    package var assets: [FeatureAsset] { vocabularyAssets }

    package mutating func setAsset(_ field: FeatureAsset.Field, to path: String) {
        if field == .vocabFile { config.vocabFile = path }
    }

    package mutating func setAssetDirectory(_ path: String?) {
        if let path { config.assetDir = path } else { config.clearAssetDir() }
    }
}
