import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayFeatures
import SlipwayGraph
import SlipwayMeasure
import SlipwayRuntime

/// A model and parsed batches of its data, scored in turn on one thread.
///
/// With a package that takes user inputs once, each batch is a request with the user of its first row.
struct Workload {
    private static let warmUpRuns = 5
    /// The peers take the first whole batches of the file too, as many as this.
    private static let maxBatches = 8

    /// `portable`, or the variant of the compiled code that runs.
    let backend: String
    private let predictor: Predictor
    private let dense: DensePart?
    private let scratch: PredictorScratch
    private let batches: [InputBatch]
    private var outputs = PredictorOutputs()
    private var next = 0

    /// Reads the first whole batches of `data` and scores a few.
    ///
    /// - Parameters:
    ///   - isPortable: whether compiled code that the package has is left alone.
    ///   - isDenseOnly: whether only what is not a lookup counts as a run's time.
    ///
    /// Throws what reading the package or the data throws, `invalidArgument` when there is not one whole batch.
    init(
        package: Package, data: String, batchSize: Int, isPortable: Bool = false, isDenseOnly: Bool = false
    ) throws {
        let config = try PipelineConfig.load(path: package.file(PackageFiles.pipelineConfig)).config
        let isTiled = package.graph.inputs.contains { $0.name == InputSlot.batchSizeName }
        let parser = try EncodedParser(
            FeatureSet.make(config), neededFeatures: Self.features(of: package), weights: .weightedOnly,
            countsCandidates: isTiled)
        let reader = try RowReader(paths: data, columns: parser.neededColumns, batchSize: batchSize)
        var batches: [InputBatch] = []
        while batches.count < Self.maxBatches, let rows = try reader.next(), rows.rowCount == batchSize {
            var inputs = InputBatch(slots: parser.slots)
            try parser.parse(rows, into: &inputs, singleUserRow: isTiled)
            batches.append(inputs)
        }
        guard !batches.isEmpty else {
            throw SlipwayError(
                .invalidArgument, "\(data) has fewer rows than one batch of \(batchSize)", fix: "pass a smaller --batch"
            )
        }
        self.batches = batches
        let loaded = try isPortable ? AOTLoader.portable(package) : AOTLoader.load(package)
        predictor = loaded.predictor
        backend = loaded.backend
        scratch = PredictorScratch(for: predictor)
        dense = isDenseOnly ? DensePart(predictor) : nil
        _ = try timesNs(runs: Self.warmUpRuns, clock: .wall)
    }

    /// Nanoseconds that each of `runs` runs took.
    mutating func timesNs(runs: Int, clock: Clock) throws -> [Int] {
        var times: [Int] = []
        times.reserveCapacity(runs)
        for _ in 0..<runs {
            if let dense {
                times.append(
                    try dense.timeNs(batches[next], scratch: scratch, into: &outputs, now: { clock.now }))
            } else {
                let start = clock.now
                try predictor.run(batches[next], scratch: scratch, into: &outputs)
                times.append(clock.now - start)
            }
            next = (next + 1) % batches.count
        }
        return times
    }

    /// Every output, the batches one after the other.
    mutating func scores() throws -> [String: [Float]] {
        var scores: [String: [Float]] = [:]
        for batch in batches {
            try predictor.run(batch, scratch: scratch, into: &outputs)
            for output in outputs.outputs { scores[output.name, default: []] += output.floats }
        }
        return scores
    }

    /// The features whose inputs the graph reads.
    private static func features(of package: Package) -> [String] {
        var names: [String] = []
        for input in package.graph.inputs {
            guard let dot = input.name.lastIndex(of: ".") else { continue }
            let name = String(input.name[..<dot])
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension [Int] {
    /// The element below which `share` of the elements lie; 0 when empty.
    func percentile(_ share: Double) -> Int {
        isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
