import SlipwayCore
import SlipwayOnline
import SlipwayProtocol

/// One setting: its name in YAML and as a flag, its places in an EAS service JSON, and what it does.
struct Setting: Sendable {
    let name: String
    /// Paths in the EAS JSON, parts joined by dots.
    let eas: [String]
    let help: String
    let apply: @Sendable (inout ServingSettings, SettingValue) throws -> Void

    init(
        _ name: String, eas: [String] = [], _ help: String,
        _ apply: @escaping @Sendable (inout ServingSettings, SettingValue) throws -> Void
    ) {
        self.name = name
        self.eas = eas
        self.help = help
        self.apply = apply
    }

    private static let anyCount = 0...Int(Int32.max)

    /// Every setting there is.
    static let all: [Setting] = ports + work + model + redis + records

    private static let ports = [
        Setting("host", "Address to listen on (0.0.0.0).") { $0.host = $1.text },
        Setting("port", "Port of predictions, health and metrics (8080; 0 for any).") {
            $0.port = try $1.whole(0...65535)
        },
        Setting("admin_host", "Address of the admin port (127.0.0.1).") { $0.adminHost = $1.text },
        Setting("admin_port", "Port of the admin routes: load, unload, reload, status (none).") {
            $0.adminPort = try $1.whole(0...65535)
        },
        Setting(
            "grpc_port", "Port of the Open Inference Protocol and health checks over gRPC (none; Triton's is 8001)."
        ) {
            $0.grpcPort = try $1.whole(0...65535)
        },
        Setting("grpc_admin_port", "Port of the same with load and unload, on admin_host with admin tokens (none).") {
            $0.grpcAdminPort = try $1.whole(0...65535)
        },
        Setting("grpc_max_streams", "Calls of one gRPC connection that may be under way (256).") {
            $0.grpcMaxStreams = try $1.whole(1...100_000)
        },
        Setting("token", eas: ["token"], "Tokens that callers may use, separated by commas (none: open to all).") {
            $0.tokens += $1.texts
        },
        Setting("token_file", "File with a token in each line.") { $0.tokens += try SecretFile.lines($1.text) },
        Setting("admin_token", "Tokens of the admin port.") { $0.adminTokens += $1.texts },
        Setting("admin_token_file", "File with a token of the admin port in each line.") {
            $0.adminTokens += try SecretFile.lines($1.text)
        },
        Setting("tls_certificate", "PEM file with the certificate chain; turns TLS on.") {
            $0.tlsCertificate = $1.text
        },
        Setting("tls_key", "PEM file with the private key.") { $0.tlsKey = $1.text },
        Setting("tls_client_ca", "PEM file with the authorities of client certificates; turns mutual TLS on.") {
            $0.tlsClientCA = $1.text
        },
        Setting("max_connections", "Open connections at most (8192).") {
            $0.maxConnections = try $1.whole(1...1_000_000)
        },
        Setting("receive_timeout_ms", "Time a request may take to arrive (10000).") {
            $0.receiveTimeoutMs = try $1.whole(1...anyCount.upperBound)
        },
        Setting("send_timeout_ms", "Time a client may take for an answer (30000).") {
            $0.sendTimeoutMs = try $1.whole(1...anyCount.upperBound)
        },
        Setting("idle_timeout_ms", "Time a connection may be without a request (660000).") {
            $0.idleTimeoutMs = try $1.whole(1...anyCount.upperBound)
        },
        Setting("drain_timeout_ms", "Time for requests under way when the server stops (30000).") {
            $0.drainTimeoutMs = try $1.whole(anyCount)
        },
    ]

    private static let work = [
        Setting(
            "workers", eas: ["metadata.rpc.worker_threads"],
            "Threads that compute (the processors of the control group)."
        ) { $0.workers = try $1.whole(1...1024) },
        Setting("io_threads", eas: ["metadata.rpc.io_threads"], "Threads of the network (1).") {
            $0.ioThreads = try $1.whole(1...64)
        },
        Setting(
            "fg_threads", eas: ["model_config.fg_threads"],
            "Threads that share the feature generation of one request (those that are idle)."
        ) {
            let threads = try $1.whole(0...1024)
            $0.featureThreads = threads == 0 ? nil : threads
        },
        Setting("queue_size", eas: ["metadata.rpc.max_queue_size"], "Requests that may wait (64); more get 450.") {
            $0.queueSize = try $1.whole(1...1_000_000)
        },
        Setting("request_timeout_ms", eas: ["metadata.rpc.keepalive"], "Time for a request (5000); then 408.") {
            $0.requestTimeoutMs = try $1.whole(1...anyCount.upperBound)
        },
        Setting("rate_limit", eas: ["metadata.rpc.rate_limit"], "Requests a second (no limit); more get 429.") {
            let rate = try $1.whole(anyCount)
            $0.rateLimit = rate == 0 ? nil : rate
        },
        Setting("large_request_bytes", "Requests from this size on queue apart (32768).") {
            $0.largeRequestBytes = try $1.whole(1...anyCount.upperBound)
        },
        Setting("merged_bytes", "Bytes of small requests that run together (49152; 0 for one at a time).") {
            $0.mergedBytes = try $1.whole(anyCount)
        },
        Setting(
            "decompressor", eas: ["metadata.rpc.decompressor"],
            "How bodies are compressed: zlib, gzip, snappy, zstd, lz4 or lz4frame (told by the first bytes)."
        ) {
            guard BodyEncoding(name: $1.text) != nil else {
                throw SlipwayError(
                    .invalidConfig, "decompressor is \"\($1.text)\"",
                    fix: "use zlib, gzip, snappy, zstd, lz4, lz4frame or none")
            }
            $0.decompressor = $1.text
        },
        Setting("check_md5", "Check Content-MD5 where it is sent (false).") { $0.checksMD5 = try $1.flag },
        Setting("max_body_bytes", "Bytes of a body (16777216); more get 413.") {
            $0.maxBodyBytes = try $1.whole(1...1 << 30)
        },
        Setting("max_decompressed_bytes", "Bytes of a body once decompressed (67108864).") {
            $0.maxDecompressedBytes = try $1.whole(1...1 << 31)
        },
        Setting("max_candidates", "Candidates of one request (10000).") {
            $0.scoring.maxCandidates = try $1.whole(1...10_000_000)
        },
    ]

    private static let model = [
        Setting(
            "fg_mode", eas: ["model_config.fg_mode"], "bypass: requests carry encoded features; normal: raw ones; auto."
        ) { $0.scoring.featureMode = try $1.choice(ScoringOptions.FeatureMode.self) },
        Setting("outputs", eas: ["model_config.outputs"], "Outputs to answer with, separated by commas (all).") {
            let names = $1.texts
            $0.scoring.outputs = names.isEmpty ? nil : names
        },
        Setting(
            "faiss_neigh_num", eas: ["model_config.faiss_neigh_num"],
            "Items recalled from the package's index where the request does not say (200)."
        ) { $0.scoring.neighbours = try $1.whole(1...10_000_000) },
        Setting(
            "faiss_nprobe", eas: ["model_config.faiss_nprobe", "model_config.faiss_ivf_nprobe"],
            "Lists of an IVF index looked at for a user (100)."
        ) { $0.scoring.probes = try $1.whole(1...10_000_000) },
        Setting(
            "tdm_retrieval_num", eas: ["model_config.tdm_retrieval_num"],
            "Items recalled through the package's tree where the request does not say (200)."
        ) { $0.scoring.treeItems = try $1.whole(1...10_000_000) },
        Setting("item_empty_score", eas: ["model_config.item_empty_score"], "Score of items nobody knows (0).") {
            $0.scoring.itemEmptyScore = Float(try $1.number(-1e30...1e30))
        },
        Setting("verify", "Check the hashes of a package before it is served (true).") {
            $0.scoring.verifiesHashes = try $1.flag
        },
        Setting(
            "map_tables",
            "Read tables from their file as needed, when they are larger than memory; it must not be written "
                + "to then, only replaced (false)."
        ) { $0.scoring.mapsTables = try $1.flag },
        Setting("reload_seconds", "How often to look for a changed package (5; 0 for never).") {
            $0.reloadSeconds = try $1.whole(anyCount)
        },
        Setting(
            "memory_limit_mb", "Memory that a package must fit into beside those served (the control group's limit)."
        ) { $0.memoryLimitMB = try $1.whole(1...anyCount.upperBound) },
        Setting("repository", "Folder of packages that may be loaded by name.") { $0.repository = $1.text },
        Setting(
            "items",
            "Item features: a Parquet or CSV snapshot, an SQLite database (.db, .sqlite), or Redis (redis://, redis-sentinel://, "
                + "redis-cluster://)."
        ) {
            $0.items = $1.text
            $0.scoring.hasItems = true
        },
        Setting("item_table", "Table of the SQLite database (items).") { $0.itemTable = $1.text },
        Setting("item_key", "Column with the item ids (item_id).") { $0.itemKey = $1.text },
        Setting(
            "item_cache_mb",
            "Memory of one generation of item features (4096); what does not fit is looked up in a database, else left out."
        ) {
            $0.itemCacheMB = try $1.whole(1...anyCount.upperBound)
        },
        Setting("item_reload_seconds", "How often to look for changed item features (30; 0 for never).") {
            $0.itemReloadSeconds = try $1.whole(anyCount)
        },
        Setting("item_reload_minutes", eas: ["model_config.period"], "The same in minutes, as the Processor has it.") {
            $0.itemReloadSeconds = try $1.whole(0...1_000_000) * 60
        },
    ]

    private static let records = [
        Setting(
            "warmup_data_path", eas: ["model_config.warmup_data_path", "warm_up_data_path"],
            "Folder of recorded requests for warm-up, or a file of them."
        ) {
            $0.warmupPath = $1.text
        },
        Setting("warmup_cnt_per_file", eas: ["model_config.warmup_cnt_per_file"], "Times each is replayed (20).") {
            $0.warmupCountPerFile = try $1.whole(0...1_000_000)
        },
        Setting(
            "warmup_pb_files_count", eas: ["model_config.warmup_pb_files_count"],
            "Live requests recorded for the next start (64)."
        ) { $0.warmupRecordCount = try $1.whole(0...1_000_000) },
        Setting("request_log_path", eas: ["model_config.request_log_path"], "Folder of the request log (none).") {
            $0.requestLogPath = $1.text
        },
        Setting("request_log_sample", "Share of requests that are logged (1).") {
            $0.requestLogSample = try $1.number(0...1)
        },
        Setting("request_log_mb", "Size of the request log, oldest files go first (1024).") {
            $0.requestLogMB = try $1.whole(1...anyCount.upperBound)
        },
        Setting("request_log_features", "Log features before and after generation with them (false).") {
            $0.logsFeatures = try $1.flag
        },
        Setting("long_request_threshold", eas: ["model_config.long_request_threshold"], "Slow from so many ms (200).") {
            $0.slowRequestMs = try $1.whole(anyCount)
        },
        Setting("save_long_request", eas: ["model_config.save_long_request"], "Save slow requests (false).") {
            $0.savesSlowRequests = try $1.flag
        },
        Setting("request_save_path", "Folder of saved requests (torch_req in the package).") {
            $0.requestSavePath = $1.text
        },
        Setting("log_level", "trace, debug, info, warning or error (info).") { $0.logLevel = $1.text.lowercased() },
        Setting("trace_endpoint", "OTLP/HTTP collector, such as http://collector:4318 (none).") {
            $0.traceEndpoint = $1.text
        },
        Setting("trace_ratio", "Share of requests without a trace that begin one (0.01).") {
            $0.traceRatio = try $1.number(0...1)
        },
    ]

    static func named(_ name: String) -> Setting? {
        let plain = name.replacing("-", with: "_")
        return all.first { $0.name == plain }
    }

    /// The name most like `name`, for a hint.
    static func nearest(to name: String) -> String? {
        let plain = Array(name.replacing("-", with: "_"))
        return all.map { ($0.name, EditDistance.between(Array($0.name), plain)) }.min { $0.1 < $1.1 }
            .flatMap { $0.1 <= max(2, plain.count / 3) ? $0.0 : nil }
    }
}
