import SlipwayConfig
import SlipwayCore
import SlipwayFeatureEngine
import SlipwayFeatures

/// Where model inputs come from: columns that are encoded already, or feature generation.
enum InputSource: Sendable {
    case encoded(EncodedParser)
    case generated(FeatureEngine, threads: Int)

    /// The source for a config's `fg_mode`.
    ///
    /// - Parameters:
    ///   - fgJSON: the package's own feature config, which feature generation runs.
    ///   - needed: names of the model's inputs.
    ///   - makesAll: make the inputs of every feature, not only those the model reads.
    static func make(
        _ config: TzrecEasyRecConfig, _ features: FeatureSet, fgJSON: () throws -> [UInt8], assetDirectory: String,
        needed: [String], makesAll: Bool, hash: HashFunction
    ) throws -> InputSource {
        let countsCandidates = needed.contains("batch_size")
        guard let mode = try engineMode(features) else {
            return .encoded(
                try EncodedParser(
                    features, neededFeatures: makesAll ? nil : featureNames(of: needed), weights: .weightedOnly,
                    countsCandidates: countsCandidates))
        }
        let options = FeatureEngine.Options(
            mode: mode, hash: hash, assetDirectory: assetDirectory,
            wanted: makesAll ? union(inputNames(of: features), inputs(needed)) : inputs(needed),
            countsCandidates: countsCandidates)
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

    var slots: [InputSlot] {
        switch self {
        case .encoded(let parser): return parser.slots
        case .generated(let engine, _): return engine.slots
        }
    }

    var neededColumns: [String] {
        switch self {
        case .encoded(let parser): return parser.neededColumns
        case .generated(let engine, _): return engine.neededColumns
        }
    }

    /// A worker's memory for `fill`; nil where none is needed.
    func session() -> FeatureSession? {
        switch self {
        case .encoded: return nil
        case .generated(let engine, _): return FeatureSession(engine)
        }
    }

    /// Makes the inputs of a batch of rows; `firstUserOnly` takes it as one request with the user of its first row.
    func fill(
        _ inputs: inout InputBatch, from rows: ColumnBatch, _ session: FeatureSession?, firstUserOnly: Bool = false
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

    /// Those of `names` that belong to features.
    private static func inputs(_ names: [String]) -> [String] {
        names.filter { name in suffixes.contains { name.hasSuffix($0) } }
    }

    /// The features that model inputs belong to.
    private static func featureNames(of inputs: [String]) -> [String] {
        var names: [String] = []
        for input in inputs {
            for suffix in suffixes where input.hasSuffix(suffix) {
                let name = String(input.dropLast(suffix.count))
                if !names.contains(name) { names.append(name) }
            }
        }
        return names
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
