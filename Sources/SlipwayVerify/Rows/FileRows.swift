package import SlipwayArtifact
package import SlipwayConfig
package import SlipwayCore
import SlipwayData
import SlipwayFeatureEngine
import SlipwayFeatures
package import SlipwayGraph
import SlipwayPredict

/// Rows of files, read as `slipway predict` reads them.
package struct FileRows: ReplayRows {
    private let reader: RowReader
    private let source: InputSource
    private let session: FeatureSession?
    private let limit: Int
    private let singleUserRow: Bool
    /// The rows that were read last, with the columns kept beside the features'.
    package private(set) var columns: ColumnBatch?

    /// - Parameters:
    ///   - graph: the model as config and checkpoint give it, whose inputs are a superset of the package's.
    ///   - config: the package's, or the one it is made from.
    ///   - package: the package whose features are generated; nil to generate them as `config` says.
    ///   - kept: columns to read beside the features'; those that the files do not have are left out.
    ///   - singleUserRow: makes one request of each batch, with the user of its first row, where user inputs are single.
    package init(
        path: String, graph: Graph, config: TzrecEasyRecConfig, package: Package? = nil, limit: Int, batchSize: Int,
        kept: [String] = [], singleUserRow: Bool = false, environment: [String: String]
    ) throws {
        let features = try FeatureSet.make(config)
        source = try InputSource.make(
            config, features,
            fgJSON: {
                if let package { return try MappedFile.contents(of: try package.file(PackageFiles.featureConfig)) }
                return Array(try FGJSON.text(features, assets: AssetCopies(inPlace: features)).utf8)
            }, assetDirectory: package?.path ?? "", graph: graph, makesAll: false,
            hash: HashFunction(environment: environment))
        session = source.session()
        let settings = try FileSettings(
            PredictRequest(packagePath: "", inputPath: path, outputPath: ""), config.dataConfig)
        let format = Self.format(of: path, settings.input)
        var columns = source.neededColumns
        if !kept.isEmpty {
            let there = Set(try RowReader(paths: path, format: format, batchSize: 1).schema.fields.map(\.name))
            columns += kept.filter { there.contains($0) && !columns.contains($0) }
        }
        self.singleUserRow = singleUserRow
        reader = try RowReader(
            paths: path, format: format, columns: columns,
            // Whole batches end at the limit.
            batchSize: (1...min(batchSize, limit)).last { limit % $0 == 0 } ?? 1)
        self.limit = limit
    }

    /// The format that the ending names, with the config's ways where it is the same.
    private static func format(of path: String, _ configured: RowFormat) -> RowFormat {
        guard let detected = RowFormat.detected(from: path) else { return configured }
        return detected.fileExtension == configured.fileExtension ? configured : detected
    }

    /// Whether requests have user inputs of their own.
    private var isTiled: Bool { source.slots.contains { $0.name == GeneratedFeature.candidates } }

    package var slots: [InputSlot] { source.slots }
    package var total: Int? { reader.totalRows.map { min($0, limit) } }

    package mutating func next(into inputs: inout InputBatch) throws -> Bool {
        let first = reader.rowsRead
        guard first < limit, let batch = try reader.next() else { return false }
        try withContext("in a batch whose row 0 is row \(first) of the input") {
            try source.fill(&inputs, from: batch, session, firstUserOnly: singleUserRow && isTiled)
        }
        columns = batch
        return true
    }
}
