import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayFeatureEngine
import SlipwayFeatures

/// Writes a pipeline config's fg.json and the files its features name. Source: `tzrec/tools/create_fg_json.py`.
public struct FeatureConfigExport: Sendable {
    public var pipelineConfigPath: String
    /// Where fg.json and the assets go; the folder may exist.
    public var outputDirectory: String
    /// Columns to pass through.
    public var reserves: [String]
    /// The file's name.
    public var fileName: String
    public var removesBucketizer: Bool
    /// Also run feature generation on the first rows of the training data.
    public var isDebug: Bool
    public var environment: [String: String]

    public init(
        pipelineConfigPath: String, outputDirectory: String, reserves: [String] = [], fileName: String = "fg.json",
        removesBucketizer: Bool = false, isDebug: Bool = false, environment: [String: String] = [:]
    ) {
        self.pipelineConfigPath = pipelineConfigPath
        self.outputDirectory = outputDirectory
        self.reserves = reserves
        self.fileName = fileName
        self.removesBucketizer = removesBucketizer
        self.isDebug = isDebug
        self.environment = environment
    }

    /// What was written.
    public struct Summary: Sendable {
        public let path: String
        public let features: Int
        /// Names of the asset files.
        public let assets: [String]
        public let warnings: [String]
        /// Rows that feature generation ran on.
        public let checkedRows: Int
    }

    /// Files appear under their names only when they are whole; fg.json comes last.
    ///
    /// - Throws: what reading the config throws, `io_failure` for what cannot be written.
    public func run() throws -> Summary {
        guard !fileName.isEmpty, !fileName.contains("/") else {
            throw SlipwayError(
                .invalidArgument, "fg_resource_name is \"\(fileName)\"", fix: "give a file name without a folder")
        }
        let (config, warnings) = try PipelineConfig.load(path: pipelineConfigPath)
        let features = try FeatureSet.make(config)
        let staging = FileManager.default.temporaryDirectory
            .appendingPathComponent("slipway-fg-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)").path
        try create(staging)
        defer { try? FileManager.default.removeItem(atPath: staging) }
        let assets = try AssetCopies(of: features, into: staging)
        let text = try FGJSON.text(
            features, removeBucketizer: removesBucketizer, reserves: reserves, assets: assets)
        let whole = removesBucketizer ? try FGJSON.text(features, assets: assets) : text
        let rows = try check(whole, features, config, assets: staging)
        try create(outputDirectory)
        for name in assets.fileNames { try put("\(staging)/\(name)", as: name) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(staging)/\(fileName)"))
        try put("\(staging)/\(fileName)", as: fileName)
        return Summary(
            path: "\(outputDirectory)/\(fileName)", features: features.features.count, assets: assets.fileNames,
            warnings: warnings.map { "\($0)" }, checkedRows: rows)
    }

    private func create(_ directory: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw SlipwayError(.ioFailure, "cannot create the folder \(directory)", cause: error)
        }
    }

    private func put(_ source: String, as name: String) throws {
        let target = URL(fileURLWithPath: "\(outputDirectory)/\(name)")
        let temporary = target.path + ".tmp.\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try? FileManager.default.removeItem(atPath: temporary)
            try FileManager.default.copyItem(atPath: source, toPath: temporary)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw SlipwayError(.ioFailure, "cannot write \(target.path)", cause: error)
        }
        guard rename(temporary, target.path) == 0 else {
            try? FileManager.default.removeItem(atPath: temporary)
            throw SlipwayError(.ioFailure, "cannot write \(target.path)", fix: "check that it is no folder")
        }
    }

    /// Compiles what was made and, for debugging, runs it on the first batch of the training data.
    private func check(
        _ text: String, _ features: FeatureSet, _ config: TzrecEasyRecConfig, assets: String
    ) throws -> Int {
        guard isDebug else { return 0 }
        guard let mode = try InputSource.engineMode(features) else {
            throw SlipwayError(
                .invalidArgument, "--debug has nothing to run: data_config.fg_mode is FG_NONE",
                fix: "set fg_mode to FG_DAG or FG_NORMAL")
        }
        let engine = try FeatureEngine(
            json: Array(text.utf8),
            options: .init(mode: mode, hash: HashFunction(environment: environment), assetDirectory: assets))
        let request = PredictRequest(packagePath: "", inputPath: config.trainInputPath, outputPath: "")
        let settings = try FileSettings(request, config.dataConfig)
        let reader = try RowReader(
            paths: config.trainInputPath, format: settings.input, columns: engine.neededColumns,
            batchSize: settings.batchSize)
        guard let rows = try reader.next() else { return 0 }
        var inputs = InputBatch(slots: engine.slots)
        try FeatureSession(engine).run(rows, into: &inputs)
        return rows.rowCount
    }
}
