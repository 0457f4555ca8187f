import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayFeatures
import SlipwayGraph
import SlipwayPredict

/// Rows of files, read as `slipway predict` reads them.
struct FileRows: ReplayRows {
    private let reader: RowReader
    private let parser: EncodedParser
    private let limit: Int

    /// - Parameter graph: the model as config and checkpoint give it, whose inputs are a superset of the package's.
    init(path: String, graph: Graph, package: Package, limit: Int, batchSize: Int) throws {
        let config = try PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig)).config
        parser = try EncodedParser(
            FeatureSet.make(config), neededFeatures: ModelInputs.features(of: graph), weights: .weightedOnly,
            countsCandidates: graph.inputs.contains { $0.name == "batch_size" })
        let settings = try FileSettings(
            PredictRequest(packagePath: package.path, inputPath: path, outputPath: ""), config.dataConfig)
        reader = try RowReader(
            paths: path, format: Self.format(of: path, settings.input), columns: parser.neededColumns,
            // Whole batches end at the limit.
            batchSize: (1...min(batchSize, limit)).last { limit % $0 == 0 } ?? 1)
        self.limit = limit
    }

    /// The format that the ending names, with the config's ways where it is the same.
    private static func format(of path: String, _ configured: RowFormat) -> RowFormat {
        guard let detected = RowFormat.detected(from: path) else { return configured }
        return detected.fileExtension == configured.fileExtension ? configured : detected
    }

    var slots: [InputSlot] { parser.slots }
    var total: Int? { reader.totalRows.map { min($0, limit) } }

    mutating func next(into inputs: inout InputBatch) throws -> Bool {
        let first = reader.rowsRead
        guard first < limit, let batch = try reader.next() else { return false }
        try withContext("in a batch whose row 0 is row \(first) of the input") {
            try parser.parse(batch, into: &inputs)
        }
        return true
    }
}
