import Foundation
import SlipwayTestSupport
import Testing

/// `slipway inspect --graph` on the bundled example.
@Suite struct InspectGraphTests {
    private static let names = [
        "multi_tower_din", "deep", "click_seq", "buy_seq", "towers.deep", "din_towers.0", "din_towers.1", "final_mlp",
        "output_mlp", "user_id_emb", "item_emb", "logits", "probs", "age", "click_seq__price",
    ]

    private func checkDrawing(_ svg: String) {
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(svg.hasSuffix("</svg>\n"))
        for name in Self.names { #expect(svg.contains(">\(name)</text>"), "\(name) is not in the drawing") }
    }

    @Test func intoAFileAndToStandardOutput() throws {
        let example = try DamagedExample.exported()
        let result = try example.slipway(["inspect", "package", "--graph", "model.svg"])
        #expect(result.status == 0)
        #expect(result.output == "")
        let svg = String(decoding: try example.bytes("model.svg"), as: UTF8.self)
        checkDrawing(svg)
        #expect(try example.slipway(["inspect", "package", "--graph"]).output == svg)
        try example.refuses(
            ["inspect", "package", "--graph", "model.svg"], status: 73,
            ["model.svg already exists", "choose another name"])
        #expect(String(decoding: try example.bytes("model.svg"), as: UTF8.self) == svg)
    }

    @Test func asText() throws {
        let example = try DamagedExample.exported()
        let report = try example.slipway(["inspect", "package", "--graph", "--graph-format", "text"])
        let graph = String(decoding: try example.bytes("package/gm.code"), as: UTF8.self)
        #expect(report.status == 0)
        #expect(report.output.contains("tables, largest first"))
        #expect(report.output.contains(graph.trimmingCharacters(in: .newlines)))
        #expect(try example.slipway(["inspect", "package", "--graph", "g.txt", "--graph-format", "text"]).status == 0)
        #expect(String(decoding: try example.bytes("g.txt"), as: UTF8.self) == graph)
        let json = try example.slipway(["inspect", "package", "--graph", "--graph-format", "text", "--json"])
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(facts["graph"] as? String == graph)
    }

    /// A checkpoint has no graph of its own; its config gives it one, of float32 tables.
    @Test func aCheckpoint() throws {
        let example = try DamagedExample()
        try example.refuses(
            ["inspect", VerifyTests.checkpoint, "--graph"], status: 64,
            ["is a checkpoint, which holds no graph", "pass --pipeline_config_path"])
        let result = try example.slipway([
            "inspect", VerifyTests.checkpoint, "--pipeline_config_path", "pipeline.config", "--graph", "model.svg",
        ])
        #expect(result.status == 0, "\(result.output)")
        let svg = String(decoding: try example.bytes("model.svg"), as: UTF8.self)
        checkDrawing(svg)
        #expect(!svg.contains(">q8</text>"))
    }

    @Test func contradictions() throws {
        let example = try DamagedExample.exported()
        try example.refuses(
            ["inspect", "package", "--graph", "--json"], status: 64, ["two documents", "--graph-format text"])
        try example.refuses(
            ["inspect", VerifyTests.checkpoint, "--pipeline_config_path", "pipeline.config"], status: 64,
            ["only for drawing a checkpoint", "add --graph"])
        try example.refuses(
            ["inspect", "package", "--graph", "no/such/folder/model.svg"], status: 66, ["no/such/folder/model.svg"])
    }

    /// Parts stand together in one drawing.
    @Test(.enabled(if: GoldenCase.isAvailable, "the golden cases are not beside the checkout"))
    func severalParts() throws {
        let folder = try TemporaryFolder()
        let golden = GoldenCase.goldens.appendingPathComponent("dssm")
        let export = try Command.slipway(
            ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package")], in: golden)
        try #require(export.status == 0, "\(export.output)")
        let svg = try Command.slipway(["inspect", folder.path("package"), "--graph"], in: golden).output
        for name in ["dssm · user", "dssm · item", "user_tower_emb", "item_tower_emb", "user_tower", "item_tower"] {
            #expect(svg.contains(">\(name)</text>"), "\(name) is not in the drawing")
        }
    }
}
