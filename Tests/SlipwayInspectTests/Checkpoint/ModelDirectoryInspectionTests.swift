import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayInspect

struct ModelDirectoryInspectionTests {
    private static let log = """
        {"global_step": 5, "auc": 0.5, "loss": 0.9}
        {"global_step": 9, "auc": 0.75, "loss": 0.7}
        {"global_step": 20, "auc": 0.75, "loss": 0.8}
        {"global_step": 100, "auc": NaN, "loss": 0.6}

        """

    @Test func checkpointsByStepWithTheirEvaluation() throws {
        let folder = try TemporaryFolder()
        for step in [9, 20, 100] { try folder.write("1234", to: "model.ckpt-\(step)/model/.metadata") }
        try folder.write("1", to: "model.ckpt-100/optimizer/.metadata")
        try folder.write(Self.log, to: "train_eval_result_v2.txt")
        let inspection = try Inspection.of(path: folder.path)
        #expect(inspection.kind == .modelDirectory)
        let json = try object(try inspection.json())
        #expect(
            json.keys.sorted() == ["checkpoints", "has_evaluation_log", "kind", "latest_step", "metrics", "path"])
        #expect(try json.string("kind") == "model_dir")
        #expect(try json.int("latest_step") == 100)
        let checkpoints = try json.objects("checkpoints")
        #expect(try checkpoints.map { try $0.int("step") } == [9, 20, 100])
        #expect(try checkpoints.map { try $0.int("bytes") } == [4, 4, 5])
        #expect(checkpoints.map { $0["is_latest"] as? Bool } == [false, false, true])
        let auc = try json.object("metrics").object("auc")
        #expect(try auc.object("largest").int("step") == 9)
        #expect(try auc.object("smallest").int("step") == 5)
        #expect(try auc.object("smallest")["kept"] as? Bool == false)
        let text = inspection.text()
        #expect(text.contains("\n   100    5 B  latest  model 4 B, optimizer 1 B\n"))
        #expect(text.contains("\n  auc        0.75  9                 0.5  5 (removed)\n"))
        #expect(text.hasSuffix("\n  loss        0.9  5 (removed)       0.6  100"))
    }

    @Test func noEvaluation() throws {
        let folder = try TemporaryFolder()
        try folder.write("1", to: "model.ckpt-7/model/.metadata")
        let inspection = try Inspection.of(path: folder.path)
        #expect(inspection.text().hasSuffix("no train_eval_result_v2.txt: the best checkpoint cannot be told"))
        #expect(try object(try inspection.json())["has_evaluation_log"] as? Bool == false)
    }

    @Test func aBrokenLogNamesItsLine() throws {
        let folder = try TemporaryFolder()
        try folder.write("1", to: "model.ckpt-7/model/.metadata")
        try folder.write("{\"global_step\": 7}\nnothing\n", to: "train_eval_result_v2.txt")
        let error = try failure { try Inspection.of(path: folder.path) }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("line 2"))
    }
}
