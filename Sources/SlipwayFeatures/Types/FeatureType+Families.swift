// What several kinds of feature have in common beyond their message.

extension FeatureType where Message: NumberMessage {
    package var boundaries: [Float] { config.boundaries }
    package var denseEmbedding: DenseEmbedding? { config.denseEmbedding }
}

/// Numbers, or the ids of the ranges between boundaries that they fall in.
package protocol NumberFeature: FeatureType where Message: NumberMessage {}

extension NumberFeature {
    package var isSparse: Bool { !boundaries.isEmpty }
    package var bucketizer: Bucketizer? { isSparse ? .boundaries(boundaries) : nil }
    /// A sequence has none.
    package var denseEmbedding: DenseEmbedding? { isSequence ? nil : config.denseEmbedding }
}

/// What an operator or a map gives: numbers, or ids where the config says how to make them.
package protocol ResultFeature: FeatureType where Message: NumberMessage & NumBucketsMessage {}

extension ResultFeature {
    package var isSparse: Bool { bucketizer != nil }
    package var valueDim: Int { config.statedValueDim.map { Int($0) } ?? 1 }
    package var bucketizer: Bucketizer? {
        chooseBucketizer(numBuckets: config.hasNumBuckets ? config.numBuckets : nil, boundaries: boundaries)
    }
}

/// Ids, any number of them a row unless the config says how many.
package protocol IDListFeature: FeatureType {}

extension IDListFeature {
    package var isSparse: Bool { true }
    package var outputDim: Int { Int(config.embeddingDim) }
    /// A step of a sequence holds one value unless the config says otherwise.
    package var valueDim: Int { config.statedValueDim.map { Int($0) } ?? (isSequence ? 1 : 0) }
}
