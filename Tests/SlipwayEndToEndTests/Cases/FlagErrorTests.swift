import Foundation
import SlipwayTestSupport
import Testing

/// Environment variables and export arguments that are wrong or not supported.
@Suite struct FlagErrorTests {
    private static let export = DamagedExample.exporting("package")

    @Test(arguments: ["INT3", "", "int8"])
    func unknownTableType(value: String) throws {
        try DamagedExample().refuses(
            Self.export, ["QUANT_EMB": value], status: 64,
            ["Unknown QUANT_EMB: \(value),", "['FP32', 'FP16', 'INT8', 'INT4', 'INT2']", "or to 0 for none"])
    }

    @Test func sequenceTablesOfNoType() throws {
        try DamagedExample().refuses(
            Self.export, ["QUANT_EMB": "0", "QUANT_EC_EMB": "INT8"], status: 64,
            ["Unknown QUANT_EMB: 0,", "QUANT_EC_EMB quantizes sequence tables in QUANT_EMB's format"])
    }

    @Test func rowsOfOddLength() throws {
        let example = try DamagedExample()
        try example.replace("embedding_dim: 8", with: "embedding_dim: 9")
        try example.refuses(
            Self.export, ["QUANT_EMB": "INT2"], status: 69,
            ["rows of 9 elements cannot be stored as q2", "table", "_emb.weight", "multiple of 8"])
    }

    @Test func manyProcessesAreAWarning() throws {
        try DamagedExample().warns(Self.export, ["WORLD_SIZE": "2"], saying: ["WORLD_SIZE=2 is ignored"])
        try DamagedExample().refuses(Self.export, ["WORLD_SIZE": "two"], status: 64, ["WORLD_SIZE", "`two`"])
    }

    @Test(arguments: [
        ("ENABLE_TRT", "1", "TensorRT"),
        ("USE_RTP", "1", "RTP"), ("USE_DISTRIBUTED_EMBEDDING", "1", "distributed embeddings"),
    ])
    func unsupported(name: String, value: String, what: String) throws {
        try DamagedExample().refuses(
            Self.export, [name: value], status: 69, ["\(name) is set", what, "not supported yet", "unset \(name)"])
    }

    @Test func existingDirectory() throws {
        let example = try DamagedExample.exported()
        try example.refuses(
            Self.export, status: 73, ["directory package already exist.", "choose another --export_dir"])
    }

    @Test func noDirectory() throws {
        try DamagedExample().refuses(DamagedExample.exporting(""), status: 64, ["name a directory"])
    }

    @Test(arguments: [#"{"a""#, "[]", #"{"a": {"b": 1}}"#])
    func badAdditionalConfig(json: String) throws {
        try DamagedExample().refuses(
            Self.export + ["--additional_export_config", json], status: 64, ["--additional_export_config"])
    }

    @Test func missingAsset() throws {
        try DamagedExample().refuses(
            Self.export + ["--asset_files", "data/eval.parquet,a.txt"], status: 66,
            ["asset file a.txt does not exist", "check --asset_files"])
    }

    @Test func unknownArguments() throws {
        let example = try DamagedExample()
        try example.refuses(
            Self.export + ["--frobnicate", "1"], status: 64, ["Unknown option '--frobnicate'", "Usage:"])
        try example.refuses(["export", "--export_dir", "package"], status: 64, ["--pipeline_config_path"])
        try example.refuses(["frobnicate"], status: 64, ["frobnicate", "Usage:"])
    }

    /// Too little for the config, the graph and the tables.
    @Test(arguments: [1, 8, 55]) func fileSizeLimit(blocks: Int) throws {
        let example = try DamagedExample()
        let before = try example.listing()
        let result = try Command.slipway(
            Self.export, in: example.folder.url, environment: ["QUANT_EMB": "0"], fileBlocks: blocks)
        #expect(result.status == 74, "\(result.output)")
        #expect(result.output.contains("File too large") && result.output.contains("ulimit -f"), "\(result.output)")
        #expect(try example.listing() == before)
    }
}
