import Foundation
import SlipwayCore
import SlipwayGraph
import SlipwayTestSupport
import Testing

@testable import SlipwayInspect

struct PackageInspectionTests {
    @Test func jsonHasTheFacts() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/export"
        try InspectFixture.writePackage(to: path)
        let inspection = try Inspection.of(path: path)
        #expect(inspection.kind == .package)
        let json = try object(try inspection.json())
        #expect(
            json.keys.sorted() == [
                "acceleration", "checkpoint", "config_sha256", "created_at", "dense", "features", "file_bytes",
                "file_count", "format_version", "inputs", "kind", "model_kind", "notes", "operations", "outputs",
                "part",
                "path", "quantization", "slipway_version", "step", "steps", "table_totals", "tables",
            ])
        #expect(try json.string("kind") == "package")
        #expect(try json.string("model_kind") == "deepfm")
        #expect(try json.string("part") == "model")
        #expect(try json.int("step") == 29)
        #expect(try json.object("acceleration") as? [String: String] == ["QUANT_EMB": "INT8", "SPARSE_INT64": "1"])

        // 5 rows of 4 + 2 bytes, 3 rows of 2 floats: the larger table first.
        let tables = try json.objects("tables")
        #expect(try tables.map { try $0.string("name") } == ["user_emb", "item_emb"])
        #expect(try tables.map { try $0.int("bytes") } == [30, 24])
        #expect(try tables.map { try $0.int("row_bytes") } == [6, 8])
        #expect(try tables[0].string("full_name") == InspectFixture.module + "user_emb.weight")
        #expect(try tables[0].string("dtype") == "q8")
        #expect(abs(try #require(tables[0]["share"] as? Double) - 30.0 / 54) < 1e-12)
        let totals = try json.object("table_totals")
        #expect(try totals.int("bytes") == 54)
        #expect(try totals.object("by_dtype").object("f32").int("bytes") == 24)
        let dense = try json.object("dense")
        #expect(try dense.int("count") == 3)
        #expect(try dense.int("elements") == 16)
        #expect(try dense.int("bytes") == 64)

        let outputs = try json.objects("outputs")
        #expect(try outputs.map { try $0.string("name") } == ["logits", "item_vector"])
        #expect(outputs[0]["shape"] as? [AnyHashable] == ["B", 1])
        let features = try json.objects("features")
        #expect(try features.map { try $0.string("feature") } == ["user", "item", "price"])
        #expect(try features[1].strings("modules") == ["deep_mlp", "output_mlp"])
        #expect(features[2]["table"] is NSNull)
    }

    @Test func textNamesTablesFlagsAndTowers() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/export"
        try InspectFixture.writePackage(to: path)
        let text = try Inspection.of(path: path).text()
        let lines = text.components(separatedBy: "\n").filter { !$0.isEmpty }
        #expect(lines.first == "package  \(path)")
        #expect(lines.contains("model         deepfm"))
        #expect(lines.contains("flags         QUANT_EMB=INT8, SPARSE_INT64=1"))
        #expect(lines.contains("tables        2 tables, 54 B (q8 30 B, f32 24 B)"))
        #expect(lines.contains("dense         3 weights, 64 B (f32), 16 numbers"))
        #expect(lines.contains("note          a note"))
        #expect(lines.contains("  table     rows  width  dtype  bytes  share  in"))
        #expect(lines.contains("  user_emb     5      2  q8      30 B  55.6%  [1]"))
        #expect(lines.contains("  item_emb     3      2  f32     24 B  44.4%  [1]"))
        #expect(lines.contains("  [1]  \(InspectFixture.module)*.weight"))
        #expect(
            lines.contains("  item     item_emb      2  embedding_bag sum   deep_mlp, output_mlp, output item_vector"))
        #expect(!text.contains("slipway graph"))
        #expect(!text.hasSuffix("\n"))
        #expect(lines.dropFirst().allSatisfy { $0.count <= 120 && !$0.hasSuffix(" ") })
    }

    @Test func theGraphIsPrintedWhenAskedFor() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/export"
        try InspectFixture.writePackage(to: path)
        let inspection = try Inspection.of(path: path, showsGraph: true)
        #expect(inspection.text().contains("slipway graph 1"))
        let printed = try object(try inspection.json()).string("graph")
        #expect(try GraphParser.parse(printed).outputs.map(\.name) == ["logits", "item_vector"])
    }

    @Test func namesCannotSteerTheTerminal() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/export"
        try InspectFixture.writePackage(to: path, checkpoint: "evil\u{1B}[2J\nstep  1")
        let text = try Inspection.of(path: path).text()
        #expect(text.contains(#"evil\u{1b}[2J\u{a}step  1"#))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func aDamagedPackageIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/export"
        try InspectFixture.writePackage(to: path)
        try folder.write("short", to: "export/tables.safetensors")
        let error = try failure { try Inspection.of(path: path) }
        #expect(error.code == .corrupt)
        #expect("\(error)".contains("tables.safetensors has 5 bytes"))
    }

    @Test func anExportOfParts() throws {
        let folder = try TemporaryFolder()
        for part in ["user", "item"] { try InspectFixture.writePackage(to: "\(folder.path)/\(part)", part: part) }
        let inspection = try Inspection.of(path: folder.path, showsGraph: true)
        #expect(inspection.kind == .export)
        let parts = try object(try inspection.json()).objects("parts")
        #expect(try parts.map { try $0.string("folder") } == ["item", "user"])
        #expect(try parts.map { try $0.string("part") } == ["item", "user"])
        #expect(inspection.text().contains("── part user\n\nmodel         deepfm, part user\n"))
    }
}
