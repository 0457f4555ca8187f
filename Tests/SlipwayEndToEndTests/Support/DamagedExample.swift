import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

/// A copy of the bundled example for a test to damage, and what must hold when `slipway` refuses it.
final class DamagedExample {
    static let shards = "ckpt/model.ckpt-31/model"
    static let rows = "data/eval.parquet"

    let folder: TemporaryFolder

    /// A copy of another example of the checkout, when `path` names one.
    init(_ path: String = "Examples/multi_tower_din") throws {
        folder = try TemporaryFolder()
        let source = Command.root.appendingPathComponent(path)
        for name in ["pipeline.config", "ckpt", "data"] {
            try FileManager.default.copyItem(
                at: source.appendingPathComponent(name), to: folder.url.appendingPathComponent(name))
        }
    }

    /// An example with a package called `package`.
    static func exported(_ environment: [String: String] = [:]) throws -> DamagedExample {
        let example = try DamagedExample()
        let result = try example.slipway(exporting("package"), environment)
        try #require(result.status == 0, "\(result.output)")
        return example
    }

    static func exporting(_ directory: String) -> [String] {
        ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", directory, "--no-report"]
    }

    static func predicting(_ input: String = rows, to output: String = "out") -> [String] {
        [
            "predict", "--scripted_model_path", "package", "--predict_input_path", input, "--predict_output_path",
            output,
        ]
    }

    func slipway(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Command.Result {
        try Command.slipway(arguments, in: folder.url, environment: environment)
    }

    // MARK: Damage

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.url.appendingPathComponent(name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.url.appendingPathComponent(name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.path(name)) }

    /// Keeps the first `count` bytes of a file.
    func truncate(_ name: String, to count: Int) throws {
        try write(Array(try bytes(name).prefix(count)), to: name)
    }

    /// Replaces text in a file; it must be there.
    func replace(_ old: String, with new: String, in name: String = "pipeline.config") throws {
        let text = String(decoding: try bytes(name), as: UTF8.self)
        try #require(text.contains(old), "\(name) lacks \(old)")
        try write(Array(text.replacing(old, with: new).utf8), to: name)
    }

    /// Writes the example's rows with some columns replaced, or left out where the column is nil, as Parquet.
    func writeRows(_ changes: [String: Column?], to directory: String) throws -> String {
        let reader = try RowReader(paths: folder.path(Self.rows), batchSize: 4096)
        let batch = try #require(try reader.next())
        var columns: [(name: String, column: Column)] = []
        for (name, column) in zip(batch.names, batch.columns) {
            if let kept = changes[name] ?? column { columns.append((name, kept)) }
        }
        for (name, column) in changes.sorted(by: { $0.key < $1.key }) where !batch.names.contains(name) {
            if let column { columns.append((name, column)) }
        }
        let writer = try RowWriter(
            directory: folder.path(directory), format: .parquet,
            schema: RowSchema(columns.map { .init($0.name, $0.column.type) }), overwrite: false)
        try writer.append(ColumnBatch(rowCount: batch.rowCount, columns: columns))
        try writer.finish()
        return "\(directory)/part-0.parquet"
    }

    /// An int64 column of the example's rows, to be changed.
    func ids(_ name: String) throws -> [Int64] {
        let reader = try RowReader(paths: folder.path(Self.rows), batchSize: 4096)
        let column = try #require(try reader.next()?[name])
        return withExtendedLifetime(column) { Array(column.elements(as: Int64.self)) }
    }

    /// What is in the output `out`.
    func predictions() throws -> Predictions {
        try withExtendedLifetime(self) { try Predictions(path: folder.path("out")) }
    }

    // MARK: Checks

    /// Every path in the folder, with its size.
    func listing() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted().map { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(path))
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            return isFolder ? path : "\(path) \(attributes[.size] ?? "")"
        }
    }

    /// Runs `slipway` and expects one error with `status` that holds all `parts`, and a folder that is as before.
    @discardableResult
    func refuses(
        _ arguments: [String], _ environment: [String: String] = [:], status: Int32, _ parts: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let before = try listing()
        let result = try slipway(arguments, environment)
        #expect(result.status == status, "\(result.output)", sourceLocation: sourceLocation)
        expect(result.output, holds: parts, sourceLocation)
        let errors = result.output.components(separatedBy: "\n").filter { $0.lowercased().hasPrefix("error: ") }
        #expect(errors.count == 1, "\(result.output)", sourceLocation: sourceLocation)
        #expect(try listing() == before, "something was left behind", sourceLocation: sourceLocation)
        return result.output
    }

    /// Runs `slipway` and expects success with a warning that holds all `parts`.
    @discardableResult
    func warns(
        _ arguments: [String], _ environment: [String: String] = [:], saying parts: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let result = try slipway(arguments, environment)
        #expect(result.status == 0, "\(result.output)", sourceLocation: sourceLocation)
        let warnings = result.output.components(separatedBy: "\n").filter { $0.hasPrefix("warning: ") }
        let matching = warnings.filter { warning in parts.allSatisfy { warning.contains($0) } }
        #expect(matching.count == 1, "\(parts) in \(result.output)", sourceLocation: sourceLocation)
        return result.output
    }

    private func expect(_ output: String, holds parts: [String], _ sourceLocation: SourceLocation) {
        for part in parts {
            #expect(output.contains(part), "\(part) is not in: \(output)", sourceLocation: sourceLocation)
        }
    }
}
