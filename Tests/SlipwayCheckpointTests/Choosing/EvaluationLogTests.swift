import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

struct EvaluationLogTests {
    @Test func everyNumberOfEveryLine() throws {
        let folder = try TemporaryFolder()
        #expect(try EvaluationLog(modelDir: folder.path)?.entries.count == nil)
        let text = "{\"global_step\": 3, \"auc\": 0.5, \"note\": \"x\"}\n{\"global_step\": 1}\n"
        try folder.write(Array(text.utf8), to: "train_eval_result_v2.txt")
        let log = try #require(try EvaluationLog(modelDir: folder.path))
        #expect(log.entries.map(\.step) == [3, 1])
        #expect(log.entries.map(\.metrics) == [["auc": 0.5], [:]])
    }
}
