import SlipwayCore

/// How one feature's encoded column is read: fixed once, used for every batch.
struct EncodedFeature: Sendable {
    enum Kind: Sendable, Equatable {
        /// Ids of a row; `weighted` cells hold `id:weight`.
        case sparse(weighted: Bool)
        case dense(width: Int)
        /// Ids of a row's steps; `stepWidth` 0 means any number a step.
        case sequenceSparse(stepWidth: Int)
        case sequenceDense(width: Int)
    }

    let name: String
    let kind: Kind
    let defaultIDs: [Int64]?
    let defaultFloats: [Float]?
    /// The default exists but only a feature generation engine knows it.
    let defaultIsGenerated: Bool
    let values: ByteSplit
    let steps: ByteSplit
    let isUserFeature: Bool

    /// - Parameter generated: what feature generation gives for a null row, for a feature whose default that is.
    init(_ feature: FeatureSpec, multivalSeparator: String, generated: EncodedDefault? = nil) throws {
        name = feature.name
        isUserFeature = feature.isUserFeature
        guard !multivalSeparator.isEmpty else {
            throw SlipwayError(
                .invalidConfig, "data_config.fg_encoded_multival_sep is empty", fix: "set the text between two values")
        }
        values = ByteSplit(separator: multivalSeparator)
        let delimiter = feature.sequence?.delimiter ?? ";"
        guard !delimiter.isEmpty else {
            throw FeatureError.config(
                feature.name, "sequence_delim", "is empty", fix: "set it to the text between two steps")
        }
        steps = ByteSplit(separator: delimiter)
        kind = Self.kind(of: feature)
        switch feature.encodedDefault == .generated ? generated ?? .generated : feature.encodedDefault {
        case .none: (defaultIDs, defaultFloats, defaultIsGenerated) = (nil, nil, false)
        case .ids(let ids): (defaultIDs, defaultFloats, defaultIsGenerated) = (ids, nil, false)
        case .floats(let floats): (defaultIDs, defaultFloats, defaultIsGenerated) = (nil, floats, false)
        case .generated: (defaultIDs, defaultFloats, defaultIsGenerated) = (nil, nil, true)
        }
    }

    private static func kind(of feature: FeatureSpec) -> Kind {
        switch (feature.isSequence, feature.isSparse) {
        // One text's tokens are read like a plain sparse cell; each token is a step.
        case (true, true) where feature.type.readsStepsAsValues: return .sparse(weighted: false)
        case (true, true): return .sequenceSparse(stepWidth: feature.valueDim == 1 ? 1 : 0)
        case (true, false): return .sequenceDense(width: max(feature.valueDim, 1))
        case (false, true): return .sparse(weighted: feature.isWeighted)
        case (false, false): return .dense(width: max(feature.valueDim, 1))
        }
    }

    /// Reads the first `rows` rows of `column`.
    func read(_ column: Column, rows: Int, into output: inout EncodedOutput) throws {
        switch kind {
        case .sparse(let weighted): try readSparse(column, rows, weighted, &output)
        case .dense(let width): try readDense(column, rows, width, &output)
        case .sequenceSparse(let stepWidth): try readSequenceSparse(column, rows, stepWidth, &output)
        case .sequenceDense(let width): try readSequenceDense(column, rows, width, &output)
        }
    }
}

/// The arrays one feature fills.
struct EncodedOutput {
    var ids: [Int64] = []
    var floats: [Float] = []
    var lengths: [Int32] = []
    var keyLengths: [Int32] = []
    var weights: [Float] = []
    /// Whether anyone wants `weights` and `keyLengths`.
    var wantsWeights = false
    var wantsKeyLengths = false
}
