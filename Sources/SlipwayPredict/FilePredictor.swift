import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayData
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
        guard config.dataConfig.fgMode == .fgNone else {
            throw SlipwayError(
                .unsupported,
                "data_config.fg_mode is \(config.dataConfig.fgMode.configName): only FG_NONE, already encoded columns, "
                    + "is supported yet", fix: "encode the features first and set fg_mode: FG_NONE")
        }
        let features = try FeatureSet.make(config)
        let parser = try EncodedParser(
            features, neededFeatures: ModelInputs.features(of: package.graph), weights: .weightedOnly,
            countsCandidates: package.graph.inputs.contains { $0.name == "batch_size" })
        let isTiled = parser.slots.contains { $0.name == "batch_size" }
        if request.firstUserOnly, !isTiled {
            report(
                .warning(
                    "INPUT_TILE_3_ONLINE=1 has no effect: the package was exported without INPUT_TILE, or has no user features"
                ))
        }
        let predictor = try Predictor(package: package, badIDs: request.badIDs)
        try predictor.bind(slots: parser.slots)
        let columns = try OutputColumns(graph: package.graph, asked: request.outputColumns)
        if let clash = request.reservedColumns.first(where: { columns.names.contains($0) }) {
            throw SlipwayError(
                .invalidArgument, "reserved column \(clash) has the name of an output", fix: "rename the input column")
        }
        let reader = try RowReader(
            paths: request.inputPath, format: settings.input,
            columns: Self.union(parser.neededColumns, request.reservedColumns),
            batchSize: settings.batchSize)
        let writer = try RowWriter(
            directory: request.outputPath, format: settings.output,
            schema: RowSchema(columns.fields + request.reservedColumns.map { .init($0, reader.schema[$0] ?? .string) }),
            overwrite: request.overwrite)
        let scorer = BatchScorer(
            predictor: predictor, parser: parser, columns: columns, reserved: request.reservedColumns,
            firstUserOnly: request.firstUserOnly && isTiled)
        var tally = Tally()
        try await score(reader, scorer, writer, settings.threads, &tally)
        try writer.finish()
        warn(tally)
        return PredictSummary(
            rows: tally.rows, outputs: columns.names, path: writer.path, mappedIDs: tally.mappedIDs,
            nanRows: tally.nanRows)
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
        _ reader: RowReader, _ scorer: BatchScorer, _ writer: RowWriter, _ threads: Int, _ tally: inout Tally
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, BatchScorer.Scored).self) { group in
            var read = 0, written = 0, running = 0
            var waiting: [Int: BatchScorer.Scored] = [:]
            var isAtEnd = false
            while true {
                while !isAtEnd, running < threads, read - written < 2 * threads {
                    if let steps = request.steps, read >= steps {
                        isAtEnd = true
                        break
                    }
                    guard let batch = try reader.next() else {
                        isAtEnd = true
                        break
                    }
                    let index = read
                    let firstRow = reader.rowsRead - batch.rowCount
                    read += 1
                    running += 1
                    group.addTask {
                        try withContext("in a batch whose row 0 is row \(firstRow) of the input") {
                            (index, try scorer.score(batch))
                        }
                    }
                }
                guard let (index, scored) = try await group.next() else { break }
                running -= 1
                waiting[index] = scored
                while let next = waiting.removeValue(forKey: written) {
                    try writer.append(next.batch)
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
}
