import SlipwayCore

/// What the environment asks of an export or a prediction, read as upstream reads it.
///
/// Switches look at the first character only, so `INPUT_TILE=30` is a 3 and `QUANT_EMB=0.5` is off; nothing is trimmed
/// or case-folded, `DIST_QUANT` excepted.
public struct AccelerationFlags: Sendable, Hashable {
    /// What is repeated per candidate, and where.
    public enum InputTile: Int, Sendable { case off = 0, features = 2, embeddings = 3 }

    /// Ahead-of-time compilation: none, the dense part, or sparse and dense as one.
    public enum AheadOfTime: Int, Sendable { case off = 0, dense = 1, unified = 2 }

    /// Format of pooled tables. `fp32` when quantization is off.
    public let bagTableDType: TableDType
    /// Format of sequence tables: `fp32`, or the pooled tables' format when `QUANT_EC_EMB` switches it on.
    public let sequenceTableDType: TableDType
    /// True when `bagTableDType` was asked for rather than left alone: out-of-range ids are then id 0, not errors.
    public let quantizesBagTables: Bool
    public let quantizesSequenceTables: Bool

    public let inputTile: InputTile
    /// Sequences of the user side are read without their repeat; such a model serves online only.
    public let inputTile3Online: Bool

    public let isTRT: Bool
    public let isDebugTRT: Bool
    public let aheadOfTime: AheadOfTime
    public let autotunesWithSampleInputs: Bool

    public let usesRTP: Bool
    public let usesFarmHash: Bool
    public let usesDistributedEmbedding: Bool
    /// `DIST_QUANT=INT8`.
    public let quantizesDistributedTables: Bool

    /// Largest batch the compiled part is built for; `TRT_MAX_BATCH_SIZE` goes before `MAX_EXPORT_BATCH_SIZE`.
    public let maxExportBatchSize: Int
    /// Longest sequence the TensorRT profile covers.
    public let trtMaxSequenceLength: Int
    public let worldSize: Int

    public let warnings: [ConfigWarning]

    /// The variables that go into `model_acc.json` as they are.
    private let recorded: [String: String]

    /// No acceleration but the default: INT8 pooled tables.
    public static var defaults: AccelerationFlags {
        get throws { try AccelerationFlags(environment: [:]) }
    }

    /// Throws: `invalidArgument` naming the variable, its value and what is allowed.
    public init(environment: [String: String]) throws {
        let values = FlagReader(environment)
        var warnings: [ConfigWarning] = []

        quantizesBagTables = environment["QUANT_EMB"]?.first != "0"
        quantizesSequenceTables = try values.quantizesSequences()
        let dtype = quantizesBagTables || quantizesSequenceTables ? try values.tableDType() : .fp32
        bagTableDType = dtype
        sequenceTableDType = quantizesSequenceTables ? dtype : .fp32

        usesDistributedEmbedding = environment["USE_DISTRIBUTED_EMBEDDING"] == "1"
        quantizesDistributedTables = usesDistributedEmbedding ? try values.quantizesDistributed() : false
        usesRTP = environment["USE_RTP"] == "1"
        usesFarmHash = environment["USE_FARM_HASH_TO_BUCKETIZE"] == "true"
        if usesRTP, !usesFarmHash {
            warnings.append(
                ConfigWarning(
                    kind: .suspicious, message: "USE_RTP=1 needs USE_FARM_HASH_TO_BUCKETIZE=true, in training too"))
        }

        var tile = environment["INPUT_TILE"]
        if usesDistributedEmbedding, tile != "3" {
            if let tile {
                warnings.append(
                    ConfigWarning(
                        kind: .suspicious,
                        message: "USE_DISTRIBUTED_EMBEDDING=1 needs INPUT_TILE=3; INPUT_TILE=\(tile) is taken as 3"))
            }
            tile = "3"
        }
        inputTile = tile?.first == "2" ? .features : tile?.first == "3" ? .embeddings : .off
        inputTile3Online = values.isOn("INPUT_TILE_3_ONLINE")

        isTRT = values.isOn("ENABLE_TRT")
        isDebugTRT = values.isOn("DEBUG_TRT")
        autotunesWithSampleInputs = values.isOn("AOTI_AUTOTUNE_WITH_SAMPLE_INPUTS")
        let aot = environment["ENABLE_AOT"]?.first
        aheadOfTime = aot == "2" || values.isOn("UNIFIED_AOT") ? .unified : aot == "1" ? .dense : .off

        let largest = try values.positive("MAX_EXPORT_BATCH_SIZE", or: 512)
        maxExportBatchSize = try values.positive("TRT_MAX_BATCH_SIZE", or: largest)
        trtMaxSequenceLength = try values.positive("TRT_MAX_SEQ_LEN", or: 100)
        worldSize = try values.positive("WORLD_SIZE", or: 1)
        if worldSize != 1 {
            warnings.append(
                ConfigWarning(
                    kind: .suspicious,
                    message: "WORLD_SIZE=\(worldSize) is ignored: one process reads the whole checkpoint"))
        }
        self.warnings = warnings

        var recorded: [String: String] = [:]
        for name in Self.recordedNames { recorded[name] = environment[name] }
        if usesDistributedEmbedding { recorded["INPUT_TILE"] = "3" }
        self.recorded = recorded
    }

    private static let recordedNames = [
        "INPUT_TILE", "QUANT_EMB", "QUANT_EC_EMB", "ENABLE_TRT", "AOTI_AUTOTUNE_WITH_SAMPLE_INPUTS",
        "MAX_EXPORT_BATCH_SIZE",
    ]

    /// The entries of `model_acc.json`, in upstream's order.
    ///
    /// `additional` is the parsed `--additional_export_config`, in its order; an entry it repeats keeps its place and
    /// takes the new value.
    public func modelAccEntries(additional: [ModelAccEntry] = []) -> [ModelAccEntry] {
        var entries = [ModelAccEntry("SPARSE_INT64", .text("1"))]
        func record(_ name: String) {
            if let value = recorded[name] { entries.append(ModelAccEntry(name, .text(value))) }
        }
        record("INPUT_TILE")
        record("QUANT_EMB")
        record("QUANT_EC_EMB")
        if quantizesDistributedTables { entries.append(ModelAccEntry("DIST_QUANT", .text("INT8"))) }
        record("ENABLE_TRT")
        record("AOTI_AUTOTUNE_WITH_SAMPLE_INPUTS")
        record("MAX_EXPORT_BATCH_SIZE")
        if aheadOfTime != .off {
            entries.append(ModelAccEntry("ENABLE_AOT", .text(String(aheadOfTime.rawValue))))
        }
        let distributed = usesDistributedEmbedding ? [ModelAccEntry("DISTRIBUTED_EMBEDDING", .text("1"))] : []
        for entry in additional + distributed {
            if let place = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[place] = entry
            } else {
                entries.append(entry)
            }
        }
        return entries
    }

    /// `model_acc.json`'s text: four spaces an indent, no newline at the end, as upstream writes it.
    public func modelAccJSON(additional: [ModelAccEntry] = []) -> String {
        let lines = modelAccEntries(additional: additional).map { "    \(JSONText.quoted($0.key)): \($0.value.json)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}"
    }

    /// Throws: `invalidArgument` when this kind of model needs an entry of `--additional_export_config` that is absent.
    public static func check(additional: [ModelAccEntry], for kind: ModelKind) throws {
        guard kind == .dlrmHSTU || kind == .ultraHSTU, !additional.contains(where: { $0.key == "cand_seq_pk" }) else {
            return
        }
        throw SlipwayError(
            .invalidArgument, "additional_export_config must contain cand_seq_pk when exporting \(kind.name).",
            fix: #"pass --additional_export_config '{"cand_seq_pk": "<sequence name>"}'"#)
    }
}
