import Foundation
import Logging
import SlipwayCore
import SlipwayOnline
import SlipwayRecall
import SlipwayTestSupport
import Testing

@testable import SlipwayServing

/// `slipway eas-config`: what it writes is what EAS and `slipway serve --config` read.
struct EASConfigTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func read(_ json: String, _ more: [String] = []) throws -> (settings: ServingSettings, warnings: [String]) {
        let folder = try TemporaryFolder()
        try folder.write(json, to: "eas.json")
        return try ServingSettings.parse(arguments: ["--config", folder.path("eas.json")] + more)
    }

    /// The program's output is a service that `slipway serve` reads without a warning, and that scores as TorchEasyRec does.
    @Test func theFileServes() throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        try Program.run([
            Self.slipway, "eas-config", example.plain, "--name", "ranker", "--group", "feed", "--instances", "4",
            "--cpu",
            "2", "--set", "item_empty_score=-1.5", "--set", "request_log_sample=0.25", "--set", "outputs=probs",
            "--set", "warmup_cnt_per_file=1", "--output", folder.path("eas.json"),
        ])
        let text = try String(contentsOfFile: folder.path("eas.json"), encoding: .utf8)
        let metadata = try #require(try object(text)["metadata"] as? [String: Any])
        #expect(metadata["name"] as? String == "ranker" && metadata["group"] as? String == "feed")
        #expect(metadata["instance"] as? Int == 4 && metadata["cpu"] as? Int == 2)
        // 768 MB for the process and twice a package of less than 1 MB, and a tenth: one GB.
        #expect(metadata["memory"] as? Int == 1024)
        let rpc = try #require(metadata["rpc"] as? [String: Any])
        #expect(rpc["worker_threads"] as? Int == 2 && rpc["max_queue_size"] as? Int == 64)
        #expect(rpc["keepalive"] as? Int == 5000)
        let config = try #require(try object(text)["model_config"] as? [String: Any])
        #expect(config["fg_mode"] as? String == "bypass" && config["item_empty_score"] as? Double == -1.5)

        let (settings, warnings) = try ServingSettings.parse(arguments: [
            "--config", folder.path("eas.json"), "--host", "127.0.0.1", "--port", "0", "--request-timeout-ms", "120000",
        ])
        #expect(warnings.isEmpty)
        #expect(settings.models == [.init(name: "feed/ranker", path: example.plain)])
        #expect(settings.workers == 2 && settings.requestLogSample == 0.25 && settings.warmupCountPerFile == 1)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try PredictionServer(settings, version: "test", logger: logger)
        defer { server.stop() }
        try server.load()
        let answer = try RawHTTP(port: server.port).ask(
            "POST", "/api/predict/feed/ranker", body: example.request(0..<8))
        #expect(answer.status == 200 && answer.probs.count == 8, "\(answer.text)")
        #expect((zip(answer.probs, example.expected).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-5)
        #expect(Set(ResponseFields(answer.body)?.outputs.keys ?? [:].keys) == ["probs"])
    }

    /// The container's command says what the file says.
    @Test func theContainersCommandIsTheSame() throws {
        let example = try ExamplePackage.shared.get()
        var options = EASConfig.Options()
        options.name = "ranker"
        options.image = "registry.example/slipway:1"
        options.oss = "oss://bucket/models/ranker"
        options.region = "cn-beijing"
        options.mountPath = "/models/ranker"
        options.instanceType = "ecs.c7a.large"
        options.vpc = "vpc-1"
        options.settings = [("items", "/models/it's here.parquet"), ("item_cache_mb", "64"), ("item_key", "007")]
        options.environment = [("USE_FARM_HASH_TO_BUCKETIZE", "true")]
        let json = try EASConfig(package: example.tiled, options).json
        let root = try object(json)
        let container = try #require((root["containers"] as? [[String: Any]])?.first)
        #expect(container["image"] as? String == "registry.example/slipway:1" && container["port"] as? Int == 8000)
        #expect((container["env"] as? [[String: String]])?.first?["name"] == "USE_FARM_HASH_TO_BUCKETIZE")
        for (check, path) in [("startup_check", "ready"), ("readiness_check", "ready"), ("liveness_check", "live")] {
            let get = (container[check] as? [String: Any])?["http_get"] as? [String: Any]
            #expect(get?["path"] as? String == "/v2/health/\(path)" && get?["port"] as? Int == 8000)
        }
        #expect(root["processor"] == nil && root["processor_envs"] == nil && root["model_path"] as? String == "")
        let storage = try #require((root["storage"] as? [[String: Any]])?.first)
        #expect(storage["mount_path"] as? String == "/models/ranker")
        let place = try #require(storage["oss"] as? [String: Any])
        #expect(place["path"] as? String == "oss://bucket/models/ranker/" && place["readOnly"] as? Bool == true)
        #expect(place["endpoint"] as? String == "oss-cn-beijing-internal.aliyuncs.com")

        let script = try #require(container["script"] as? String)
        let words = try Program.run(["sh", "-c", "printf '%s\\n' \(script)"]).split(separator: "\n").map(String.init)
        #expect(words.prefix(3) == ["slipway", "serve", "ranker=/models/ranker"])
        let said = try ServingSettings.parse(arguments: Array(words.dropFirst(2))).0
        var (settings, warnings) = try read(json)
        settings.easService = nil
        #expect(warnings.isEmpty)
        #expect("\(settings)" == "\(said)")
        #expect(settings.items == "/models/it's here.parquet" && settings.itemKey == "007" && settings.port == 8000)
    }

    /// For a processor, and back: what the package was exported with is no news.
    @Test func tilesAreThePackagesOwn() throws {
        let example = try ExamplePackage.shared.get()
        var options = EASConfig.Options()
        options.processor = "easyrec-torch-2.4"
        let json = try EASConfig(package: example.tiled, options).json
        let root = try object(json)
        #expect(root["processor"] as? String == "easyrec-torch-2.4" && root["containers"] == nil)
        let environment = try #require(root["processor_envs"] as? [[String: String]])
        #expect(environment == [["name": "INPUT_TILE", "value": "3"]])
        #expect(try read(json).warnings == [])
        let other = try read(json.replacing("\"3\"", with: "\"2\"")).warnings
        #expect(other.count == 1 && other[0].hasSuffix("which was exported with 3"), "\(other)")
        #expect(try object(EASConfig(package: example.plain, options).json)["processor_envs"] == nil)
    }

    @Test func recallIsConfigured() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: "\(RecallCase.source)/dssm/data/items.parquet")
        var options = EASConfig.Options()
        options.name = "recall"
        options.settings = [("faiss_nprobe", "7")]
        let json = try EASConfig(package: towers.export, options).json
        let config = try #require(try object(json)["model_config"] as? [String: Any])
        #expect(config["faiss_neigh_num"] as? Int == 200 && config["faiss_nprobe"] as? Int == 7)
        let (settings, warnings) = try read(json)
        #expect(warnings.isEmpty && settings.scoring.probes == 7 && settings.models.map(\.path) == [towers.export])
    }

    /// A package of 10 GB that is not there but by its size.
    @Test func sizesFollowThePackage() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "tables.safetensors")
        #expect(truncate(folder.path("tables.safetensors"), 10 << 30) == 0)
        var settings = ServingSettings()
        var options = EASConfig.Options()
        let plain = try ReplicaSize(folder.path, settings, options)
        // 1.1 · (2 · 10240 + 768) = 23372.8, in whole GB; a processor for each 8 GB.
        #expect(plain.memoryMB == 23 * 1024 && plain.cpu == 3 && plain.instances == 3)
        settings.items = "items.parquet"
        options.peakRate = 1000
        options.instanceRate = 100
        let more = try ReplicaSize(folder.path, settings, options)
        // 1.1 · (2 · (10240 + 4096) + 768) = 32384; 1000 / 60, one more.
        #expect(more.memoryMB == 32 * 1024 && more.cpu == 4 && more.instances == 18)
        options.memoryMB = 32_000
        let error = try failure { try ReplicaSize(folder.path, settings, options) }
        #expect(error.message.contains("the package needs 32384 MB"), "\(error)")
    }

    @Test(
        "what does not fit is said",
        arguments: [
            (["/nowhere"], "/nowhere", 66), (["PACKAGE", "--name", "Ranker-1"], "small letters", 64),
            (["PACKAGE", "--name", "ab"], "small letters", 64), (["PACKAGE", "--group", "g/h"], "--group with 3", 64),
            (["PACKAGE", "--image", "i", "--processor", "p"], "both given", 64),
            (["PACKAGE", "--oss", "/bucket", "--image", "i"], "oss://BUCKET/PATH/", 64),
            (["PACKAGE", "--oss", "oss://b/x"], "give --image, or --processor", 64),
            (["PACKAGE", "--oss", "oss://b/x", "--image", "i", "--mount-path", "models"], "--mount-path", 64),
            (["PACKAGE", "--peak-rate", "5"], "belong together", 64), (["PACKAGE", "--cpu", "0"], "--cpu is 0", 64),
            (["PACKAGE", "--peak-rate=-5", "--rate-per-instance", "1"], "--peak-rate is -5", 64),
            (["PACKAGE", "--peak-rate", "1e8", "--rate-per-instance", "1"], "check --peak-rate", 64),
            (["PACKAGE", "--instances", "2", "--peak-rate", "5", "--rate-per-instance", "1"], "without rates", 64),
            (["PACKAGE", "--memory-mb", "100"], "give 847 or more", 64),
            (["PACKAGE", "--resource", "r", "--instance-type", "t"], "both given", 64),
            (["PACKAGE", "--set", "queue_sise=3"], "did you mean queue_size?", 64),
            (["PACKAGE", "--set", "queue_size=many"], "whole number", 64),
            (["PACKAGE", "--set", "=3"], "KEY=VALUE", 64),
            (["PACKAGE", "--set", "token=t0k"], "token_file", 64), (["PACKAGE", "--env", "1=x"], "NAME=VALUE", 64),
            (["PACKAGE", "--image", "i", "--set", "port=8080"], "EAS listens on 8080 and 9090", 64),
            (["PACKAGE", "--output", "/etc/passwd"], "already exists", 73),
        ] as [([String], String, Int32)])
    func problems(_ arguments: [String], _ text: String, _ status: Int32) throws {
        let package = try ExamplePackage.shared.get().plain
        do {
            let output = try Program.run(
                [Self.slipway, "eas-config"] + arguments.map { $0 == "PACKAGE" ? package : $0 })
            Issue.record("\(arguments) gave \(output)")
        } catch let error as Program.Failure {
            #expect(error.status == status && error.errors.contains(text), "\(error)")
            #expect(!error.errors.contains("t0k"))
        }
    }

    @Test func damagedPackagesAreRefused() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: ExamplePackage.shared.get().plain, toPath: folder.path("p"))
        let tables = folder.path("p/tables.safetensors")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: tables))
        bytes[bytes.count - 3] ^= 0xff
        try bytes.write(to: URL(fileURLWithPath: tables))
        var options = EASConfig.Options()
        options.name = "ranker"
        #expect(try failure { try EASConfig(package: folder.path("p"), options) }.description.contains("SHA-256"))
        try folder.write("{}", to: "p/manifest.json")
        #expect(try failure { try EASConfig(package: folder.path("p"), options) }.description.contains("manifest.json"))
        #expect(throws: (any Error).self) { try EASConfig(package: folder.path("empty"), options) }
    }
}
