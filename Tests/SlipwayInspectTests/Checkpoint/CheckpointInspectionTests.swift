import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayInspect

/// Numbers from the training's own list of tensors: 20 tables of 44,352 bytes, 6 dense weights of 1,529 numbers.
struct CheckpointInspectionTests {
    @Test func aCheckpointOfTwoRanks() throws {
        let folder = try TemporaryFolder()
        try InspectFixture.writeCheckpoint(in: folder, "model.ckpt-9/model")
        let inspection = try Inspection.of(path: "\(folder.path)/model.ckpt-9")
        #expect(inspection.kind == .checkpoint)
        let json = try object(try inspection.json())
        #expect(
            json.keys.sorted() == [
                "dense", "dense_totals", "files", "folder", "folders", "kind", "path", "step", "table_totals", "tables",
            ])
        #expect(try json.int("step") == 9)
        #expect(try json.object("table_totals").int("count") == 20)
        #expect(try json.object("table_totals").int("bytes") == 44_352)
        #expect(try json.object("dense_totals").int("count") == 6)
        #expect(try json.object("dense_totals").int("elements") == 1_529)
        let largest = try #require(try json.objects("tables").first)
        #expect(try largest.string("name") == "iid_e")
        #expect(try largest.int("rows") == 310)
        #expect(try largest.int("width") == 8)
        #expect(try largest.int("pieces") == 2)
        #expect(try largest.strings("files") == ["__0_0.distcp", "__1_0.distcp"])
        let dense = try #require(try json.objects("dense").first)
        #expect(try dense.string("name") == "model.deep_mlp.mlp.0.perceptron.0.bias")
        #expect(dense["shape"] as? [Int] == [16])
        #expect(try dense.int("pieces") == 1)
        #expect(try json.objects("folders").map { try $0.string("name") } == ["model"])
        #expect(
            try json.objects("files").map { "\(try $0.string("name")) \(try $0.int("bytes"))" } == [
                ".metadata 14605", "__0_0.distcp 55005", "__1_0.distcp 66945",
            ])

        let text = inspection.text()
        #expect(text.contains("tables   20 tables, 44 KB (f32)\n"))
        #expect(text.contains("  model.deep_mlp.mlp.0.perceptron.0.weight   [16, 81]  f32    5.2 KB       1      1\n"))
        #expect(text.components(separatedBy: "\n").dropFirst().allSatisfy { $0.count <= 120 })
    }

    @Test func theFolderThatHoldsTheMetadata() throws {
        let folder = try TemporaryFolder()
        try InspectFixture.writeCheckpoint(in: folder, "saved")
        for path in ["\(folder.path)/saved", "\(folder.path)/saved/.metadata"] {
            let inspection = try Inspection.of(path: path)
            #expect(inspection.kind == .checkpoint)
            let json = try object(try inspection.json())
            #expect(json["step"] is NSNull)
            #expect(try json.string("folder") == "")
            #expect(try json.objects("tables").count == 20)
        }
    }

    @Test func aCheckpointWithoutModel() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", to: "model.ckpt-3/plan")
        let error = try failure { try Inspection.of(path: "\(folder.path)/model.ckpt-3") }
        #expect(error.code == .notFound)
        #expect(error.message.contains("model_ckpt_path[\(folder.path)/model.ckpt-3/model] not exists."))
    }

    @Test func aCheckpointHoldsNoGraph() throws {
        let folder = try TemporaryFolder()
        try InspectFixture.writeCheckpoint(in: folder, "saved")
        let error = try failure { try Inspection.of(path: "\(folder.path)/saved", showsGraph: true) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.hasSuffix("is a checkpoint, which holds no graph"))
    }
}
