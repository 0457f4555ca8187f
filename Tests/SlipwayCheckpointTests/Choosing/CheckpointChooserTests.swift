import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

@Suite struct CheckpointChooserTests {
    private func modelDir(_ steps: [String], results: String? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for step in steps { try folder.write([0], to: "\(step)/plan") }
        if let results { try folder.write(Array(results.utf8), to: "train_eval_result_v2.txt") }
        return folder
    }

    private func resolve(
        _ dir: String, path: String? = nil, type: String = "best", metric: String? = nil, larger: Bool = true
    ) throws -> (path: String, step: Int?, note: String?) {
        try CheckpointChooser.resolve(
            modelDir: dir, checkpointPath: path, exporterType: type, bestExporterMetric: metric,
            metricLargerIsBetter: larger)
    }

    @Test func usesAGivenPathAsItIs() throws {
        #expect(try resolve("nowhere", path: "x/model.ckpt-12/").path == "x/model.ckpt-12/")
        #expect(try resolve("nowhere", path: "x/model.ckpt-12/").step == 12)
        #expect(try resolve("nowhere", path: "x/final").step == nil)
    }

    @Test func takesTheLargestStep() throws {
        let folder = try modelDir(["model.ckpt-9", "model.ckpt-100", "model.ckpt-20", "other-500"])
        try folder.write([0], to: "model.ckpt-999")
        let chosen = try resolve(folder.path, type: "latest")
        #expect(chosen.path == "\(folder.path)/model.ckpt-100")
        #expect(chosen.step == 100)
        #expect(chosen.note == nil)
        let itself = try resolve("\(folder.path)/model.ckpt-9", type: "latest")
        #expect(itself.path == "\(folder.path)/model.ckpt-9")
        #expect(itself.step == 9)
    }

    @Test(arguments: ["model", "optimizer"])
    func takesAFolderThatIsACheckpointItself(part: String) throws {
        let folder = try modelDir([part])
        let chosen = try resolve(folder.path, type: "latest")
        #expect(chosen.path == folder.path)
        #expect(chosen.step == 0)
    }

    @Test func saysThatThereIsNone() throws {
        let folder = try modelDir([])
        for dir in [folder.path, "\(folder.path)/missing"] {
            let error = #expect(throws: SlipwayError.self) { _ = try resolve(dir, type: "latest") }
            #expect(error?.code == .notFound)
            #expect(error?.message.hasPrefix("checkpoint path should be specified") == true)
            #expect(error?.fix?.contains("model_dir") == true)
        }
    }

    /// The evaluation file of upstream's own test of this.
    private static let upstream = """
        {"global_step":0, "auc": 0.633, "grouped_auc": 0.565}
        {"global_step":10, "auc": 0.632, "grouped_auc": 0.570}
        {"global_step":20, "auc": 0.631, "grouped_auc": 0.567}

        """

    @Test func takesTheBestStep() throws {
        let folder = try modelDir(["model.ckpt-0", "model.ckpt-10", "model.ckpt-20"], results: Self.upstream)
        #expect(try resolve(folder.path, metric: "grouped_auc").step == 10)
        #expect(try resolve(folder.path, metric: "grouped_auc", larger: false).step == 0)
        #expect(try resolve(folder.path, metric: "auc").path == "\(folder.path)/model.ckpt-0")
        #expect(try resolve(folder.path, type: "latest", metric: "auc").step == 20)
    }

    @Test func firstWinsTiesAndLaterLinesReplaceValues() throws {
        let steps = ["model.ckpt-1", "model.ckpt-2", "model.ckpt-3"]
        let ties = try modelDir(
            steps,
            results: "{\"global_step\":3,\"a\":0.5}\n{\"global_step\":1,\"a\":0.5}\n{\"global_step\":2,\"a\":0.4}")
        #expect(try resolve(ties.path, metric: "a").step == 3)
        let repeated = try modelDir(
            steps,
            results: "{\"global_step\":3,\"a\":0.9}\n{\"global_step\":1,\"a\":0.5}\n{\"global_step\":3,\"a\":0.1}")
        #expect(try resolve(repeated.path, metric: "a").step == 1)
        let nan = try modelDir(steps, results: "{\"global_step\":3,\"a\":NaN}\n{\"global_step\":1,\"a\":-Infinity}")
        #expect(try resolve(nan.path, metric: "a").step == 1)
        #expect(try resolve(nan.path, metric: "a", larger: false).step == 1)
    }

    @Test func fallsBackToTheLatestWithoutResults() throws {
        for results in [nil, "", "\n \n"] as [String?] {
            let folder = try modelDir(["model.ckpt-1", "model.ckpt-2"], results: results)
            let chosen = try resolve(folder.path, metric: "auc")
            #expect(chosen.step == 2)
            #expect(chosen.note?.contains("latest") == true)
        }
    }

    @Test func takesTheOnlyMetricWhenNoneIsSet() throws {
        let one = try modelDir(["model.ckpt-5"], results: "{\"auc\": 1, \"global_step\": 5}\n")
        let chosen = try resolve(one.path)
        #expect(chosen.step == 5)
        #expect(chosen.note?.contains("auc") == true)
        let several = try modelDir(["model.ckpt-0"], results: Self.upstream)
        let error = #expect(throws: SlipwayError.self) { _ = try resolve(several.path) }
        #expect(error?.code == .invalidConfig)
        #expect(error?.fix?.contains("auc, grouped_auc") == true)
    }

    @Test func namesAMissingMetricALineAndAPrunedStep() throws {
        let folder = try modelDir(["model.ckpt-0"], results: Self.upstream)
        let metric = #expect(throws: SlipwayError.self) { _ = try resolve(folder.path, metric: "mae") }
        #expect(metric?.message.contains("checkpoint train_eval_result_v2.txt not find mae metric") == true)
        #expect(metric?.fix?.contains("auc, grouped_auc") == true)
        let pruned = #expect(throws: SlipwayError.self) { _ = try resolve(folder.path, metric: "grouped_auc") }
        #expect(pruned?.message == "find best metric is 10 step,but not find \(folder.path)/model.ckpt-10.")
        for bad in [
            "{\"global_step\": 1", "[]", "{\"a\": 1}", "{\"global_step\": 1.5, \"a\": 1}",
            "{\"global_step\": 1, \"a\": \"x\"}",
        ] {
            let folder = try modelDir(["model.ckpt-0"], results: "{\"global_step\": 0, \"a\": 1}\n" + bad)
            let error = #expect(throws: SlipwayError.self) { _ = try resolve(folder.path, metric: "a") }
            #expect(error?.code == .corrupt || error?.code == .invalidConfig)
            #expect(error?.message.contains("line 2") == true)
        }
    }

    /// This case's config wants the smallest auc: step 10, while the latest is 29.
    @Test(.enabled(if: Fixture.hasGoldens)) func picksStepTenOfDeepFM() throws {
        let dir = "\(Fixture.goldens)/deepfm/ckpt"
        #expect(try resolve(dir, metric: "auc", larger: false).path == "\(dir)/model.ckpt-10")
        #expect(try resolve(dir, type: "latest").step == 29)
    }
}

@Suite struct CheckpointFolderTests {
    @Test func namesWhatIsMissing() throws {
        let folder = try TemporaryFolder()
        func failure(_ path: String, ema: Bool = false) -> SlipwayError? {
            #expect(throws: SlipwayError.self) { _ = try CheckpointFolder.open(path: path, useDenseEMA: ema) }
        }
        #expect(failure("\(folder.path)/no")?.message == "checkpoint_dir[\(folder.path)/no] not exists.")
        #expect(failure(folder.path)?.message == "model_ckpt_path[\(folder.path)/model] not exists.")
        try folder.write([0], to: "model/x")
        #expect(failure(folder.path)?.message.contains("no .metadata") == true)
        let real = try Fixture.path("sid_rqkmeans/model.ckpt-31")
        #expect(failure(real, ema: true)?.message == "dense_ema_ckpt_path[\(real)/dense_ema] not exists.")
        #expect(failure("\(real)/model")?.fix?.contains("folder above") == true)
    }

    @Test func opensAModelAmongOtherFolders() throws {
        let folder = try TemporaryFolder()
        let source = try Fixture.path("sid_rqkmeans/model.ckpt-31/model")
        for name in [".metadata", "__0_0.distcp"] {
            try folder.write(Fixture.bytes("\(source)/\(name)"), to: "model/\(name)")
        }
        try folder.write([1, 2, 3], to: "dynamicemb/model.ebc/keys.rank_0")
        try folder.write([1], to: "optimizer/.metadata")
        #expect(try CheckpointFolder.open(path: folder.path, useDenseEMA: false).tensors.count == 7)
    }

    /// Dense parameters come from the averages, tables and running statistics from the model.
    @Test(.enabled(if: Fixture.hasGoldens)) func laysAveragesOverTheModel() throws {
        let path = "\(Fixture.goldens)/mmoe/ckpt/model.ckpt-31"
        let plain = try CheckpointFolder.open(path: path, useDenseEMA: false)
        let averaged = try CheckpointFolder.open(path: path, useDenseEMA: true)
        let averages = try DistributedCheckpoint(directory: "\(path)/dense_ema")
        #expect(plain.tensors.count == 82)
        #expect(averaged.tensors == plain.tensors)
        var changed = 0
        for name in plain.tensors.keys {
            let value = try averaged.tensor(name)
            if averages.tensors[name] != nil {
                #expect(value == (try averages.tensor(name)), "\(name)")
                if value != (try plain.tensor(name)) { changed += 1 }
            } else {
                #expect(value == (try plain.tensor(name)), "\(name)")
                #expect(
                    name.contains("embedding_bags") || name.contains("running_") || name.contains("num_batches"),
                    "\(name)")
            }
        }
        #expect(changed > 20)
    }
}
