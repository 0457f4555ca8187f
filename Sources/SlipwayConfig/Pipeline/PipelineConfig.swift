import Foundation
import SlipwayCore
public import SwiftProtobuf

/// Reads, writes, edits and checks TorchEasyRec's pipeline config.
public enum PipelineConfig {
    /// Larger files are refused.
    static let maxFileBytes = 64 << 20

    /// What to do with a singular field, or a oneof, that is set twice.
    public enum DuplicatePolicy: Sendable {
        /// An error with both places.
        case reject
        /// A warning; the last one counts and blocks are merged, as in upstream's trainer.
        case lastWins
    }

    /// Reads a config file; a name ending in `.json` is read as protobuf's JSON form.
    ///
    /// As upstream does, `data_config.fg_mode` is always set afterwards, from `fg_encoded` where that is given.
    /// Throws: `notFound`, `ioFailure`; `invalidConfig` with `file:line:column` and a caret for each problem.
    public static func load(
        path: String, duplicates: DuplicatePolicy = .lastWins
    ) throws -> (config: TzrecEasyRecConfig, warnings: [ConfigWarning]) {
        let data = try contents(of: path)
        guard path.lowercased().hasSuffix(".json") else {
            return try parse(bytes: Array(data), fileName: path, duplicates: duplicates)
        }
        return try parseJSON(data, fileName: path)
    }

    /// Reads a config from protobuf text; `fileName` is what errors and warnings call it.
    ///
    /// Throws: `invalidConfig` with `file:line:column` and a caret for each problem.
    public static func parse(
        text: String, fileName: String, duplicates: DuplicatePolicy = .lastWins
    ) throws -> (config: TzrecEasyRecConfig, warnings: [ConfigWarning]) {
        try parse(bytes: Array(text.utf8), fileName: fileName, duplicates: duplicates)
    }

    /// The config as protobuf text, byte for byte as upstream's `save_message` writes it.
    public static func text(of config: TzrecEasyRecConfig) throws -> String {
        TextPrinter.text(of: try dynamic(config))
    }

    /// Any message of the schema as protobuf text, written as `text(of:)` writes a whole config.
    public static func text(of message: any SwiftProtobuf.Message) throws -> String {
        TextPrinter.text(of: try dynamic(message))
    }

    static func parse(
        bytes: [UInt8], fileName: String, duplicates: DuplicatePolicy
    ) throws -> (config: TzrecEasyRecConfig, warnings: [ConfigWarning]) {
        let source = SourceText(fileName: fileName, bytes: bytes)
        let policy: TextParser.Duplicates = duplicates == .reject ? .reject : .lastWins
        var (message, warnings) = try TextParser.parse(source, as: SchemaTable.shared.root, duplicates: policy)
        var config = try typed(message)
        warnings += resolveFgMode(&config)
        return (config, warnings)
    }

    static func dynamic(_ message: any SwiftProtobuf.Message) throws -> DynamicMessage {
        let fullName = type(of: message).protoMessageName
        let name = fullName.hasPrefix("tzrec.protos.") ? String(fullName.dropFirst(13)) : fullName
        let bytes: [UInt8]
        do {
            bytes = try message.serializedBytes(partial: true)
        } catch {
            throw SlipwayError(.internalFault, "cannot encode \(name): \(error)", cause: error)
        }
        let table = SchemaTable.shared
        return try WireReader.message(table.message(name), from: bytes, table: table)
    }

    static func typed(_ message: DynamicMessage) throws -> TzrecEasyRecConfig {
        do {
            return try TzrecEasyRecConfig(serializedBytes: WireWriter.bytes(of: message), partial: true)
        } catch {
            throw SlipwayError(.internalFault, "cannot decode an accepted config: \(error)", cause: error)
        }
    }

    private static func contents(of path: String) throws -> Data {
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        guard let about = try? FileManager.default.attributesOfItem(atPath: url.path) else {
            throw SlipwayError(
                .notFound, "pipeline config \(path) does not exist", fix: "give the path of a pipeline.config file")
        }
        guard about[.type] as? FileAttributeType == .typeRegular else {
            throw SlipwayError(.notFound, "\(path) is no file", fix: "give the path of a pipeline.config file")
        }
        let sizeBytes = (about[.size] as? NSNumber)?.intValue ?? 0
        guard sizeBytes <= maxFileBytes else {
            throw SlipwayError(
                .invalidConfig, "\(path) has \(sizeBytes) bytes; a pipeline config has \(maxFileBytes) at most",
                fix: "move long vocabularies to vocab_file")
        }
        do {
            return try Data(contentsOf: url)
        } catch {
            throw SlipwayError(.ioFailure, "cannot read \(path): \(error.localizedDescription)", cause: error)
        }
    }

    private static func parseJSON(
        _ data: Data, fileName: String
    ) throws -> (config: TzrecEasyRecConfig, warnings: [ConfigWarning]) {
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        options.messageDepthLimit = TextParser.maxDepth
        var config: TzrecEasyRecConfig
        do {
            config = try TzrecEasyRecConfig(jsonUTF8Data: data, options: options)
        } catch {
            throw SlipwayError(.invalidConfig, "\(fileName): not a pipeline config in JSON: \(error)", cause: error)
        }
        if let missing = RequiredFields.firstMissing(in: try dynamic(config)) {
            throw SlipwayError(.invalidConfig, "\(fileName): required field `\(missing)` is missing")
        }
        return (config, resolveFgMode(&config))
    }

    /// Sets `data_config.fg_mode`: what it is, or what the older `fg_encoded` and `fg_threads` mean.
    private static func resolveFgMode(_ config: inout TzrecEasyRecConfig) -> [ConfigWarning] {
        let data = config.dataConfig
        guard data.hasFgEncoded else {
            config.dataConfig.fgMode = data.fgMode
            return []
        }
        let mode: TzrecFgMode = data.fgEncoded ? .fgNone : (data.fgThreads > 0 ? .fgDag : .fgNormal)
        config.dataConfig.fgMode = mode
        return [
            ConfigWarning(
                kind: .deprecated, path: "data_config",
                message: "data_config.fg_encoded is deprecated and overrides fg_mode; set only data_config.fg_mode")
        ]
    }
}
