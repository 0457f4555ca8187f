import Dispatch
import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayOnline
package import SlipwayPredict
import SlipwayRecall
import Synchronization

/// Finds items for the users of files through the tree that the package's config names: upstream's `tdm.retrieval`.
package struct TreeFileRetrieval: Sendable {
    package var predict: PredictRequest
    /// Items for each user.
    package var count = 200
    /// Children of a node of the tree.
    package var branching = 2

    package init(_ predict: PredictRequest) { self.predict = predict }

    package struct Summary: Sendable {
        package fileprivate(set) var rows = 0
        /// Rows whose own item is among those found.
        package fileprivate(set) var hits = 0
        package let path: String

        package var recall: Double { Double(hits) / Double(rows) }
    }

    /// Throws as reading, scoring and writing do; `invalidConfig` where the config names no tree.
    package func run(progress: (Summary, Double) -> Void = { _, _ in }) throws -> Summary {
        guard count > 0 else {
            throw SlipwayError(.invalidArgument, "recall_num is \(count)", fix: "pass a number above 0")
        }
        let package = try Package.open(path: predict.packagePath, verify: predict.verifyHashes ? .hashes : .sizes)
        let (config, _) = try PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig))
        guard case .tdmSampler(let sampler) = config.dataConfig.sampler else {
            throw SlipwayError(
                .invalidConfig, "the package's pipeline.config has no data_config.tdm_sampler",
                fix: "export with the config that names the tree's tables")
        }
        let settings = try FileSettings(predict, config.dataConfig)
        let tree = try ItemTree(edgeTable: sampler.predictEdgeInputPath, branching: branching)
        guard sampler.layerNumSample.isEmpty || sampler.layerNumSample.count == tree.levels.count else {
            throw SlipwayError(
                .mismatch,
                "layer_num_sample has \(sampler.layerNumSample.count) levels, the tree \(tree.levels.count)",
                fix: "name the tree's own tables in data_config.tdm_sampler")
        }
        var options = ScoringOptions()
        options.hasItems = true
        options.badIDs = predict.badIDs
        options.verifiesHashes = false
        options.maxCandidates = .max
        options.treeItems = count
        let model = try ScoringModel(name: "tdm", path: package.path, options: options, tree: tree)

        let idField = sampler.itemIDField
        let types = try RowReader(paths: predict.inputPath, format: settings.input, columns: nil, batchSize: 1).schema
        let table = try NodeTable(
            path: sampler.itemInputPath, idField: idField, attributes: sampler.attrFields,
            delimiter: sampler.attrDelimiter,
            types: Dictionary(types.fields.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first }))
        let nodes = try model.loadItems(
            NodeTableSource(table: table, path: sampler.itemInputPath), key: idField, limitBytes: nil)
        let users = model.columns.map(\.name).filter { !table.names.contains($0) }
        return try search(model, nodes, users: users, idField: idField, settings, progress)
    }

    private func search(
        _ model: ScoringModel, _ nodes: ItemTable, users: [String], idField: String, _ settings: FileSettings,
        _ progress: (Summary, Double) -> Void
    ) throws -> Summary {
        var columns = users
        for name in [idField] + predict.reservedColumns where !columns.contains(name) { columns.append(name) }
        let reader = try RowReader(
            paths: predict.inputPath, format: settings.input, columns: columns, batchSize: settings.batchSize)
        let isNumber = reader.schema[idField].map { $0 == .int64 || $0 == .int32 } ?? false
        var fields = predict.reservedColumns.map { RowSchema.Field($0, reader.schema[$0] ?? .string) }
        fields.append(RowSchema.Field(Self.outputName, .list(isNumber ? .int64 : .string)))
        let writer = try RowWriter(
            directory: predict.outputPath, format: settings.output, schema: RowSchema(fields),
            overwrite: predict.overwrite)
        let workers = (0..<settings.threads).map { _ in Worker(model) }
        var summary = Summary(path: writer.path)
        while let batch = try reader.next() {
            let firstRow = reader.rowsRead - batch.rowCount
            let found = try Self.find(batch, users, nodes, workers, firstRow)
            try writer.append(try output(batch, found, isNumber))
            summary.rows += batch.rowCount
            if let own = batch[idField] {
                let wanted = try TextColumn.texts(own, idField)
                summary.hits += zip(wanted, found).count { id, items in id.map(items.contains) ?? false }
            }
            progress(summary, reader.progress)
        }
        try writer.finish()
        return summary
    }

    /// The column with what was found.
    static let outputName = "recall_ids"

    private func output(_ batch: ColumnBatch, _ found: [[String]], _ isNumber: Bool) throws -> ColumnBatch {
        let flat = found.joined()
        let ids = isNumber ? Column.of(try flat.map(Self.number)) : .string(flat.map { $0 })
        var columns = predict.reservedColumns.compactMap { name in batch[name].map { (name: name, column: $0) } }
        columns.append((Self.outputName, .list(lengths: found.map { $0.count }, child: ids)))
        return ColumnBatch(rowCount: batch.rowCount, columns: columns)
    }

    private static func number(_ id: String) throws -> Int64 {
        guard let number = Int64(id) else {
            throw SlipwayError(
                .mismatch, "the tree's item \(id) is no number, and the input's items are",
                fix: "name the tree of these items in data_config.tdm_sampler")
        }
        return number
    }

    // MARK: Workers

    /// One thread's session.
    private final class Worker: @unchecked Sendable {
        let session: ScoringSession

        init(_ model: ScoringModel) { session = ScoringSession(model) }

        func items(_ batch: ColumnBatch, _ row: Int, _ users: [String], _ nodes: ItemTable) throws -> [String] {
            let columns = try users.compactMap { name in
                try batch[name].map { (name: name, column: try RowGather.row($0, row)) }
            }
            let request = session.request(0)
            try session.prepare(columns: columns, itemIDs: [], items: nodes, into: request)
            try session.run(1)
            return request.retrieved ?? []
        }
    }

    private static func find(
        _ batch: ColumnBatch, _ users: [String], _ nodes: ItemTable, _ workers: [Worker], _ firstRow: Int
    ) throws -> [[String]] {
        let results = Mutex([Result<[String], any Error>?](repeating: nil, count: batch.rowCount))
        DispatchQueue.concurrentPerform(iterations: workers.count) { index in
            for row in stride(from: index, to: batch.rowCount, by: workers.count) {
                let found = Result {
                    try withContext("in row \(firstRow + row) of the input") {
                        try workers[index].items(batch, row, users, nodes)
                    }
                }
                results.withLock { $0[row] = found }
            }
        }
        return try results.withLock { $0 }.map { try $0?.get() ?? [] }
    }
}
