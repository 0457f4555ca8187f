package import SlipwayConfig
package import SlipwayCore
package import SlipwayFeatureEngine
package import SlipwayFeatures
package import SlipwayGraph

/// Where model inputs come from: columns that are encoded already, or feature generation.
package enum InputSource: Sendable {
    case encoded(EncodedParser)
    case generated(FeatureEngine, threads: Int)

    /// The source for a config's `fg_mode`.
    ///
    /// - Parameters:
    ///   - fgJSON: the package's own feature config, which feature generation runs.
    ///   - assetDirectory: where files that the features name lie.
    ///   - graph: the model, whose inputs are made.
    ///   - makesAll: make the inputs of every feature, not only those the model reads.
    package static func make(
        _ config: TzrecEasyRecConfig, _ features: FeatureSet, fgJSON: () throws -> [UInt8], assetDirectory: String,
        graph: Graph, makesAll: Bool, hash: HashFunction
    ) throws -> InputSource {
        let needed = inputs(graph.inputs.map(\.name))
        guard let mode = try engineMode(features) else {
            return .encoded(
                try EncodedParser(
                    features, neededFeatures: makesAll ? nil : ModelInputs.features(of: graph), weights: .weightedOnly,
                    generatedDefaults: try NullRowDefaults.make(features, assetDirectory: assetDirectory, hash: hash),
                    countsCandidates: needed.contains(InputSlot.batchSizeName)))
        }
        let options = FeatureEngine.Options(
            mode: mode, hash: hash, assetDirectory: assetDirectory,
            wanted: makesAll ? union(inputNames(of: features), needed) : needed)
        return .generated(
            try FeatureEngine(json: try fgJSON(), options: options), threads: max(1, Int(config.dataConfig.fgThreads)))
    }

    /// How the engine reads columns; nil for encoded ones.
    static func engineMode(_ features: FeatureSet) throws -> FeatureEngine.Mode? {
        switch features.options.mode {
        case .encoded: return nil
        case .dag: return .dag
        case .bucketize: return .bucketizeOnly
        case .normal:
            if let stub = features.features.first(where: \.isStub) {
                throw SlipwayError(
                    .invalidConfig, "feature \(stub.name): stub_type is set, which FG_NORMAL does not allow",
                    fix: "set data_config.fg_mode to FG_DAG")
            }
            return .normal
        }
    }

    package var slots: [InputSlot] {
        switch self {
        case .encoded(let parser): return parser.slots
        case .generated(let engine, _): return engine.slots
        }
    }

    package var neededColumns: [String] {
        switch self {
        case .encoded(let parser): return parser.neededColumns
        case .generated(let engine, _): return engine.neededColumns
        }
    }

    /// A worker's memory for `fill`; nil where none is needed.
    package func session() -> FeatureSession? {
        switch self {
        case .encoded: return nil
        case .generated(let engine, _): return FeatureSession(engine)
        }
    }

    /// Makes the inputs of a batch of rows.
    ///
    /// - Parameter firstUserOnly: whether the batch is one request, with the user of its first row.
    package func fill(
        _ inputs: inout InputBatch, from rows: ColumnBatch, _ session: FeatureSession?, firstUserOnly: Bool
    ) throws {
        switch self {
        case .encoded(let parser): try parser.parse(rows, into: &inputs, singleUserRow: firstUserOnly)
        case .generated(_, let threads):
            guard let session else { throw SlipwayError(.internalFault, "feature generation has no session") }
            try session.run(
                rows, into: &inputs, userRows: firstUserOnly ? .single : .perCandidate, threads: threads)
        }
    }

    // MARK: Names

    private static let suffixes = [".values", ".lengths", ".weights", ".key_lengths"]

    /// Those of `names` that belong to features, and the number of candidates.
    private static func inputs(_ names: [String]) -> [String] {
        names.filter { name in name == InputSlot.batchSizeName || suffixes.contains { name.hasSuffix($0) } }
    }

    /// Every input that the features of a config make.
    private static func inputNames(of features: FeatureSet) -> [String] {
        features.features.filter { !$0.isStub }.flatMap { feature -> [String] in
            var names = ["\(feature.name).values"]
            if feature.isSparse || feature.isSequence { names.append("\(feature.name).lengths") }
            if feature.hasKeyLengths { names.append("\(feature.name).key_lengths") }
            if feature.isWeighted { names.append("\(feature.name).weights") }
            return names
        }
    }

    private static func union(_ first: [String], _ second: [String]) -> [String] {
        first + second.filter { !first.contains($0) }
    }
}
