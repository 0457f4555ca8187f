import Foundation
import SlipwayCore
import SlipwayOnline
import SlipwayRedis
import SlipwayServing
import SlipwayTestSupport
import Testing

struct ServingSettingsTests {
    @Test func easConfigurationsAreReadAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let json = """
            {"name": "ranker", "token": "t0k", "processor": "easyrec-torch-1.3", "model_path": "", "typo_key": 1,
             "processor_envs": [{"name": "INPUT_TILE", "value": "2"}],
             "storage": [{"mount_path": "/models/v7", "oss": {"path": "oss://b/x", "readOnly": false}}],
             "metadata": {"group": "g", "cpu": 8, "rpc": {"worker_threads": 6, "max_queue_size": 256, "keepalive": 1500,
               "rate_limit": 900, "decompressor": "zstd", "enable_jemalloc": 1, "io_thread": 3}},
             "model_config": {"path": "oss://b/x", "fg_mode": "bypass", "fg_threads": 8, "outputs": "a, b",
               "item_empty_score": -1.5, "fs_project": "p", "warmup_data_path": "/w", "warmup_cnt_per_file": 3,
               "warmup_pb_files_count": 9, "request_log_path": "/l", "long_request_threshold": 77, "save_long_request": true,
               "period": 2}}
            """
        try json.write(toFile: folder.path("eas.json"), atomically: true, encoding: .utf8)
        let (settings, warnings) = try ServingSettings.parse(arguments: [
            "--config", folder.path("eas.json"), "--queue-size", "9",
        ])
        #expect(settings.models == [.init(name: "g/ranker", path: "/models/v7")])
        #expect(settings.tokens == ["t0k"])
        #expect(settings.workers == 6)
        #expect(settings.queueSize == 9)
        #expect(settings.requestTimeoutMs == 1500)
        #expect(settings.rateLimit == 900)
        #expect(settings.decompressor == "zstd")
        #expect(settings.scoring.outputs == ["a", "b"])
        #expect(settings.scoring.itemEmptyScore == -1.5)
        #expect(settings.warmupPath == "/w")
        #expect(settings.warmupCountPerFile == 3)
        #expect(settings.warmupRecordCount == 9)
        #expect(settings.requestLogPath == "/l")
        #expect(settings.slowRequestMs == 77)
        #expect(settings.savesSlowRequests)
        #expect(settings.itemReloadSeconds == 120)
        #expect(warnings.contains { $0.contains("typo_key") })
        #expect(warnings.contains { $0.contains("metadata.rpc.io_thread ") && $0.contains("did you mean io_threads?") })
        #expect(warnings.contains { $0.contains("fs_project") })
        #expect(warnings.contains { $0.contains("INPUT_TILE") })
        #expect(warnings.count == 4)
    }

    /// 0 and 1 are numbers, nulls say nothing, and EAS takes `model_config` as text too.
    @Test func numbersOfOneDigitAreRead() throws {
        var settings = ServingSettings()
        let warnings = try settings.read(
            easJSON: """
                {"name": "m", "model_path": "/m", "token": null, "metadata": {"rpc": {"io_threads": 1, "rate_limit": 0,
                  "worker_threads": 1.0}}, "model_config": {"item_empty_score": 1, "save_long_request": true,
                  "warmup_cnt_per_file": 0, "faiss_nprobe": 1, "outputs": ["a", "b"]}}
                """)
        #expect(warnings.isEmpty, "\(warnings)")
        #expect(settings.ioThreads == 1 && settings.rateLimit == nil && settings.workers == 1 && settings.tokens == [])
        #expect(settings.scoring.itemEmptyScore == 1 && settings.savesSlowRequests && settings.warmupCountPerFile == 0)
        #expect(settings.scoring.probes == 1 && settings.scoring.outputs == ["a", "b"])
        let text = try settings.read(
            easJSON: "{\"model_config\": \"{\\\"item_empty_score\\\": 0, \\\"perod\\\": 1}\"}")
        #expect(settings.scoring.itemEmptyScore == 0)
        #expect(text.count == 1 && text[0].hasPrefix("unknown key model_config.perod is ignored"), "\(text)")
        #expect(throws: SlipwayError.self) {
            try settings.read(easJSON: "{\"model_config\": {\"warmup_cnt_per_file\": true}}")
        }
        #expect(try settings.read(yaml: "token: null\nio_threads: 1\nsave_long_request: 0\n").isEmpty)
        #expect(settings.tokens == [] && !settings.savesSlowRequests)
    }

    /// A package on the command line takes the place of the one that the file names, under the service's name.
    @Test func aPackageBesideTheFileIsItsService() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "{\"metadata\": {\"name\": \"ranker\", \"group\": \"g\"}, \"storage\": [{\"mount_path\": \"/m\"}]}",
            to: "eas.json")
        func models(_ more: [String]) throws -> [ServingSettings.Model] {
            try ServingSettings.parse(arguments: ["--config", folder.path("eas.json")] + more).0.models
        }
        #expect(try models([]) == [.init(name: "g/ranker", path: "/m")])
        #expect(try models(["/here"]) == [.init(name: "g/ranker", path: "/here")])
        #expect(try models(["/here", "--service-name", "x"]) == [.init(name: "x", path: "/here")])
        #expect(
            try models(["x=/here"]) == [.init(name: "g/ranker", path: "/m"), .init(name: "x", path: "/here")])
    }

    @Test func yamlIsTheSame() throws {
        var settings = ServingSettings()
        let warnings = try settings.read(
            yaml: """
                models:
                  a: /x
                  b: /y
                port: 9000
                token: [one, two]
                request_log_sample: 0.25
                save_long_request: yes
                prot: 1
                """)
        #expect(settings.models.map(\.name) == ["a", "b"])
        #expect(settings.port == 9000)
        #expect(settings.tokens == ["one", "two"])
        #expect(settings.requestLogSample == 0.25)
        #expect(settings.savesSlowRequests)
        #expect(warnings == ["unknown key prot is ignored; did you mean port?"])
    }

    @Test(
        "what is wrong is said",
        arguments: [
            ([], "no package to serve"), (["p", "--prot", "1"], "did you mean --port?"),
            (["p", "--port"], "--port has no value"),
            (["p", "--port", "x"], "whole number from 0 to 65535"), (["p", "--port", "70000"], "whole number"),
            (["p", "p"], "two models are called p"), (["a=p", "b=q", "--service-name", "c"], "goes with one package"),
            (["p", "--tls-key", "k"], "TLS is set up in part"), (["p", "--decompressor", "brotli"], "use zlib, gzip"),
            (["p", "--admin-port", "1", "--admin-host", "0.0.0.0"], "without a token"),
            (["p", "--fg-mode", "often"], "bypass, normal, auto"), (["p", "--log-level", "loud"], "log_level"),
            (["p", "--config", "/nonexistent.yaml"], "/nonexistent.yaml does not exist"),
            (["p", "--request-log-sample", "2"], "number from 0.0 to 1.0"),
            (["p", "--token-file", "/none"], "/none does not exist"),
        ] as [([String], String)])
    func problems(_ arguments: [String], _ text: String) {
        do {
            _ = try ServingSettings.parse(arguments: arguments)
            #expect(Bool(false), "\(arguments) were accepted")
        } catch {
            #expect("\(error)".contains(text), "\(error)")
        }
    }

    @Test func namesAndHelp() throws {
        let (settings, _) = try ServingSettings.parse(arguments: ["/a/b/model", "--port=81"])
        #expect(settings.models == [.init(name: "model", path: "/a/b/model")])
        #expect(settings.port == 81)
        #expect(ServingSettings.help.contains("--queue-size VALUE"))
    }

    @Test func redisIsSetUp() throws {
        let folder = try TemporaryFolder()
        let password = try folder.write("hunter2\n", to: "password")
        let yaml = """
            items: [redis-cluster://a, "b:7000?prefix=shop:"]
            redis_username: reader
            redis_password_file: \(password)
            redis_timeout_ms: 20
            redis_ttl_ms: 1000
            redis_stale_ms: 0
            redis_connections: 2
            redis_breaker_failures: 3
            redis_tls_ca: /ca.pem
            """
        var settings = ServingSettings()
        #expect(try settings.read(yaml: yaml).isEmpty)
        #expect(settings.items == "redis-cluster://a,b:7000?prefix=shop:" && settings.scoring.hasItems)
        let redis = settings.redis
        #expect(redis.options.user == "reader" && redis.options.password == "hunter2" && redis.connections == 2)
        #expect(redis.policy.timeoutMs == 20 && redis.policy.ttlMs == 1000 && redis.policy.staleMs == 0)
        #expect(redis.options.breakerFailures == 3 && redis.options.tlsAuthority == "/ca.pem")
        for bad in [
            ["--items", "redis://h:x"], ["--redis-timeout-ms", "0"], ["--redis-password-file", folder.path("none")],
        ] {
            #expect(throws: SlipwayError.self) { try ServingSettings.parse(arguments: ["p"] + bad) }
        }
    }
}
