import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayFeatureEngine
import SlipwayFeatures
import SlipwayGraph
import SlipwayRuntime

/// Files in, files out: reads rows in batches, scores them on several workers, writes them in order.
///
/// Memory is bounded by the batches in flight (twice the workers), whatever the size of the files. The output appears whole
/// or not at all.
public struct FilePredictor {
    private let request: PredictRequest
    private let report: (PredictEvent) -> Void

    /// Runs `request`; `report` is called from one task at a time.
    public static func run(
        _ request: PredictRequest, report: @escaping (PredictEvent) -> Void = { _ in }
    ) async throws -> PredictSummary {
        try await FilePredictor(request: request, report: report).run()
    }

    private func run() async throws -> PredictSummary {
        let package = try Package.open(path: request.packagePath, verify: request.verifyHashes ? .hashes : .sizes)
        let config = try loadConfig(package)
        let settings = try FileSettings(request, config.dataConfig)
        let features = try FeatureSet.make(config)
        let isDebug = request.debugLevel > 0
        let source = try InputSource.make(
            config, features,
            fgJSON: { try MappedFile.contents(of: try package.file(PackageFiles.featureConfig)) },
            assetDirectory: package.path, graph: package.graph, makesAll: isDebug,
            hash: HashFunction(environment: request.environment))
        let isTiled = source.slots.contains { $0.name == "batch_size" }
        if request.firstUserOnly, !isTiled {
            report(
                .warning(
                    "INPUT_TILE_3_ONLINE=1 has no effect: the package was exported without INPUT_TILE, or has no user features"
                ))
        }
        let loaded = try AOTLoader.load(package, badIDs: request.badIDs)
        let predictor = loaded.predictor
        if let note = loaded.note { report(.note(note)) }
        try predictor.bind(slots: source.slots)
        let inputsText = isDebug ? try ParsedInputsText(features, slots: source.slots) : nil
        let columns = try OutputColumns(graph: package.graph, asked: request.outputColumns)
        if let clash = request.reservedColumns.first(where: { columns.names.contains($0) }) {
            throw SlipwayError(
                .invalidArgument, "reserved column \(clash) has the name of an output", fix: "rename the input column")
        }
        let reader = try RowReader(
            paths: request.inputPath, format: settings.input,
            columns: Self.union(source.neededColumns, request.reservedColumns),
            batchSize: settings.batchSize)
        let writer = try RowWriter(
            directory: request.outputPath, format: settings.output,
            schema: RowSchema(
                columns.fields + request.reservedColumns.map { .init($0, reader.schema[$0] ?? .string) }
                    + (isDebug ? [.init(ParsedInputsText.columnName, .string)] : [])),
            overwrite: request.overwrite)
        let clock = StageClock()
        let scorer = BatchScorer(
            predictor: predictor, source: source, columns: columns, reserved: request.reservedColumns,
            firstUserOnly: request.firstUserOnly && isTiled, inputsText: inputsText,
            threadsPerBatch: Self.threadsPerBatch(settings, rows: reader.totalRows), clock: clock)
        var tally = Tally()
        try await score(reader, scorer, writer, settings.threads, clock, &tally)
        try clock.measure(\.write) { try writer.finish() }
        let counters = scorer.featureCounters()
        warn(tally)
        warn(counters)
        return PredictSummary(
            rows: tally.rows, outputs: columns.names, path: writer.path, mappedIDs: tally.mappedIDs,
            nanRows: tally.nanRows, features: counters, times: clock.times, threads: settings.threads)
    }

    private func loadConfig(_ package: Package) throws -> TzrecEasyRecConfig {
        var (config, warnings) = try PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig))
        if let edits = request.editConfigJSON {
            let edited = try PipelineConfig.apply(edits: try ConfigEdit.parse(json: edits), to: config)
            config = edited.config
            warnings += edited.warnings
        }
        for warning in warnings { report(.warning("\(warning)")) }
        return config
    }

    /// More than one where there are fewer batches than threads.
    private static func threadsPerBatch(_ settings: FileSettings, rows: Int?) -> Int {
        guard let rows else { return 1 }
        let batches = max(1, (rows + settings.batchSize - 1) / settings.batchSize)
        return max(1, settings.threads / batches)
    }

    private static func union(_ first: [String], _ second: [String]) -> [String] {
        first + second.filter { !first.contains($0) }
    }
}

// MARK: Pipeline

extension FilePredictor {
    /// Sums over all batches.
    private struct Tally {
        var rows = 0
        var mappedIDs: [String: Int] = [:]
        var nanRows: [String: Int] = [:]

        mutating func add(_ scored: BatchScorer.Scored) {
            rows += scored.rows
            mappedIDs.merge(scored.mappedIDs, uniquingKeysWith: +)
            nanRows.merge(scored.nanRows, uniquingKeysWith: +)
        }
    }

    /// Reads and writes on this task, scores on others; at most `2 · threads` batches are between reading and writing.
    private func score(
        _ reader: RowReader, _ scorer: BatchScorer, _ writer: RowWriter, _ threads: Int, _ clock: StageClock,
        _ tally: inout Tally
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, Result<BatchScorer.Scored, any Error>).self) { group in
            var read = 0, written = 0, running = 0
            // Failures wait for their turn too, so that the first bad row is the one that is named.
            var waiting: [Int: Result<BatchScorer.Scored, any Error>] = [:]
            var isAtEnd = false
            while true {
                while !isAtEnd, running < threads, read - written < 2 * threads {
                    if let steps = request.steps, read >= steps {
                        isAtEnd = true
                        break
                    }
                    guard let batch = try clock.measure(\.read, { try reader.next() }) else {
                        isAtEnd = true
                        break
                    }
                    let index = read
                    let firstRow = reader.rowsRead - batch.rowCount
                    read += 1
                    running += 1
                    group.addTask {
                        let scored = Result {
                            try withContext("in a batch whose row 0 is row \(firstRow) of the input") {
                                try scorer.score(batch)
                            }
                        }
                        return (index, scored)
                    }
                }
                guard let (index, scored) = try await group.next() else { break }
                running -= 1
                waiting[index] = scored
                while let next = try waiting.removeValue(forKey: written)?.get() {
                    try clock.measure(\.write) { try writer.append(next.batch) }
                    tally.add(next)
                    written += 1
                    report(.progress(rows: tally.rows, totalRows: reader.totalRows, fraction: reader.progress))
                }
            }
        }
    }

    private func warn(_ tally: Tally) {
        if !tally.mappedIDs.isEmpty {
            let list = tally.mappedIDs.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
                separator: ", ")
            report(
                .warning(
                    "ids outside their tables were read as row 0, or as zeros for -1, as TorchEasyRec does: \(list); "
                        + "--bad-ids strict makes them an error"))
        }
        for (name, rows) in tally.nanRows.sorted(by: { $0.key < $1.key }) {
            report(.warning("output \(name) is NaN in \(rows) rows: look for NaN in dense input columns"))
        }
    }

    private func warn(_ counters: [String: FeatureCounters]) {
        for (feature, counts) in counters.sorted(by: { $0.key < $1.key }) where counts.unparsable > 0 {
            report(
                .warning(
                    "feature \(feature): \(counts.unparsable) values are no numbers; their rows got the default "
                        + "(or 0 with num_buckets)"))
        }
    }
}
