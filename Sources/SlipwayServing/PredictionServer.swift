import Foundation
package import Logging
import Metrics
import NIOCore
import NIOPosix
import SlipwayArtifact
import SlipwayCore
import SlipwayItems
import SlipwayKernels
import SlipwayMetrics
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling

/// `slipway serve`: ports, models, compute threads and logs, put together.
package final class PredictionServer: Sendable {
    package let settings: ServingSettings
    private let version: String
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let state = ServerState()
    private let metrics = ServingMetrics()
    private let registry = ModelRegistry()
    private let connections = OpenConnections()
    private let recorder: RequestRecorder
    private let tracer: SpanExporter
    private let pool: ComputePool<ScoringJob>
    private let loader: ModelLoader
    private let store: RedisItemStore?
    private let fetch: ItemFetchStage?
    private let listener: Listener
    private let adminListener: Listener?
    private let callListener: Listener?
    private let adminCallListener: Listener?
    private let workers: Int
    private let limits: ControlGroup

    /// Listens on the ports; answers 503 until `load` is through.
    ///
    /// - Throws: `ioFailure` for a port that cannot be had, `invalidConfig` for TLS files that cannot be used.
    package init(_ settings: ServingSettings, version: String, logger: Logger) throws {
        self.settings = settings
        self.version = version
        self.logger = logger
        OpenFiles.raiseLimit()
        limits = ControlGroup.read()
        workers = settings.workers ?? limits.processors
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.ioThreads)
        self.group = group
        let tls = try ServerTLS.context(settings, speaking: ["http/1.1"])
        recorder = RequestRecorder(settings, metrics: metrics, logger: logger)
        tracer = try SpanExporter(
            endpoint: settings.traceEndpoint, ratio: settings.traceRatio, group: group, metrics: metrics, logger: logger
        )
        let runner = JobRunner(metrics: metrics, recorder: recorder, tracer: tracer, logger: logger, settings: settings)
        pool = ComputePool(
            Self.poolOptions(settings, workers), canMerge: { $0.model === $1.model && $0.model.scoring.canMerge }
        ) {
            spare, assignments in runner.run(assignments, threads: spare + 1)
        }
        store = try settings.redis.store(settings.items, key: settings.itemKey)
        fetch = store.map { _ in ItemFetchStage(settings) }
        loader = ModelLoader(
            settings, registry: registry, metrics: metrics, logger: logger, workers: workers,
            memoryLimitBytes: Self.memoryLimitBytes(settings, limits), store: store)
        let router = Self.router(
            settings, registry: registry, loader: loader, pool: pool, fetch: fetch, metrics: metrics, state: state,
            version: version)
        let connections = connections, state = state, metrics = metrics
        func service(isAdmin: Bool) -> PortService {
            PortService(
                isAdmin: isAdmin, router: router, state: state, metrics: metrics, connections: connections,
                maxConnections: settings.maxConnections)
        }
        let connectionLimits = Self.connectionLimits(settings)
        listener = try Listener.open(
            host: settings.host, port: settings.port, group: group, tls: tls, service: service(isAdmin: false),
            limits: connectionLimits)
        adminListener = try settings.adminPort.map {
            try Listener.open(
                host: settings.adminHost, port: $0, group: group, tls: tls, service: service(isAdmin: true),
                limits: connectionLimits)
        }
        let hasCalls = settings.grpcPort != nil || settings.grpcAdminPort != nil
        let callTLS = hasCalls ? try ServerTLS.context(settings, speaking: ["h2"]) : nil
        let callMetrics = CallMetrics(metrics.registry)
        func listenForCalls(_ host: String, _ port: Int, isAdmin: Bool) throws -> Listener {
            let calls = CallService(
                port: service(isAdmin: isAdmin), routes: CallRoutes(router), limits: connectionLimits,
                maxStreams: settings.grpcMaxStreams, metrics: callMetrics)
            return try Listener.open(host: host, port: port, group: group, allowsHalfClosure: false) {
                try CallConnection.prepare($0, tls: callTLS, service: calls)
            }
        }
        callListener = try settings.grpcPort.map { try listenForCalls(settings.host, $0, isAdmin: false) }
        adminCallListener = try settings.grpcAdminPort.map { try listenForCalls(settings.adminHost, $0, isAdmin: true) }
        collect()
    }

    package var port: Int { listener.port }
    package var adminPort: Int? { adminListener?.port }
    package var grpcPort: Int? { callListener?.port }
    package var grpcAdminPort: Int? { adminCallListener?.port }

    /// Loads every model and warms it up; from then on requests are answered. Throws what the first that fails said.
    package func load() throws {
        recorder.start()
        tracer.start()
        pool.start()
        fetch?.start()
        try store.map { try loader.meet($0) }
        for model in settings.models {
            registry.insert(model.name, path: model.path, isRequired: true)
            let done = DispatchSemaphore(value: 0)
            let problem = Problem()
            loader.load(model.name) {
                problem.set($0)
                done.signal()
            }
            done.wait()
            if let text = problem.text {
                throw SlipwayError(.invalidArgument, "model \(model.name) cannot be served: \(text)")
            }
        }
        registry.complete()
        loader.watch()
    }

    /// Loads every changed model again, as at SIGHUP.
    package func reload() { for entry in registry.all { loader.load(entry.name) } }

    /// Takes no more requests, answers those under way, and ends. A second call does nothing.
    package func stop() {
        guard state.stop() else { return }
        logger.info("draining", metadata: ["connections": "\(connections.count)", "queued": "\(pool.queued)"])
        state.drain()
        loader.stop()
        listener.close()
        callListener?.close()
        connections.drain()
        let end = SteadyClock.now() + UInt64(settings.drainTimeoutMs) * 1_000_000
        while connections.count > 0 || pool.queued + pool.running > 0, SteadyClock.now() < end {
            usleep(20_000)
            connections.drain()
        }
        adminListener?.close()
        adminCallListener?.close()
        fetch?.stop()
        pool.stop()
        recorder.stop()
        tracer.stop()
        try? group.syncShutdownGracefully()
        logger.info("stopped")
    }

    // MARK: Parts

    private static func memoryLimitBytes(_ settings: ServingSettings, _ limits: ControlGroup) -> Int? {
        settings.memoryLimitMB.map { $0 << 20 } ?? limits.memoryLimitBytes
    }

    private static func poolOptions(_ settings: ServingSettings, _ workers: Int) -> ComputePool<ScoringJob>.Options {
        var options = ComputePool<ScoringJob>.Options()
        options.workers = workers
        options.queueCapacity = settings.queueSize
        options.ratePerSecond = settings.rateLimit
        options.largeCost = settings.largeRequestBytes + ScoringJob.baseCost
        options.mergedCost = settings.mergedBytes
        return options
    }

    private static func connectionLimits(_ settings: ServingSettings) -> ConnectionLimits {
        ConnectionLimits(
            maxBodyBytes: settings.maxBodyBytes,
            receiveTimeout: .milliseconds(Int64(settings.receiveTimeoutMs)),
            idleTimeout: .milliseconds(Int64(settings.idleTimeoutMs)),
            sendTimeout: .milliseconds(Int64(settings.sendTimeoutMs)),
            requestTimeout: .milliseconds(Int64(settings.requestTimeoutMs)))
    }

    private static func router(
        _ settings: ServingSettings, registry: ModelRegistry, loader: ModelLoader, pool: ComputePool<ScoringJob>,
        fetch: ItemFetchStage?, metrics: ServingMetrics, state: ServerState, version: String
    ) -> Router {
        let authorizer = RouteAuthorizer(
            callers: RequestAuthorizer(tokens: settings.tokens), admins: RequestAuthorizer(tokens: settings.adminTokens)
        )
        let queue = JobQueue(pool: pool, metrics: metrics, fetch: fetch)
        return Router(
            predict: PredictRoute(registry: registry, authorizer: authorizer, queue: queue, settings: settings),
            inference: InferenceRoutes(
                registry: registry, authorizer: authorizer, queue: queue, version: version, state: state),
            repository: RepositoryRoutes(registry: registry, loader: loader, settings: settings),
            discovery: DiscoveryRoutes(registry: registry),
            operations: OperationRoutes(registry: registry, metrics: metrics, state: state), authorizer: authorizer)
    }

    /// Gauges are read when somebody looks.
    private func collect() {
        let metrics = metrics, pool = pool, registry = registry, connections = connections
        metrics.gauge(
            "slipway_build_info", 1, [("version", version), ("instruction_set", "\(InstructionSet.current)")])
        let store = store, fetch = fetch
        metrics.registry.onRead { [weak metrics] in
            guard let metrics else { return }
            store?.report(to: metrics)
            if let fetch { metrics.gauge("slipway_redis_fetching_requests", Double(fetch.count)) }
            metrics.connections.record(connections.count)
            metrics.gauge("slipway_queue_length", Double(pool.queued))
            metrics.gauge("slipway_running_requests", Double(pool.running))
            metrics.gauge("slipway_queue_wait_estimate_seconds", pool.estimatedWaitMs / 1000)
            for entry in registry.all {
                let label = [("model", entry.name)]
                metrics.gauge("slipway_model_ready", entry.current == nil ? 0 : 1, label)
                guard let items = entry.current?.items else { continue }
                metrics.gauge("slipway_item_cache_items", Double(items.count), label)
                metrics.gauge("slipway_item_cache_bytes", Double(items.sizeBytes), label)
                metrics.gauge("slipway_item_cache_left_out", Double(items.leftOut), label)
                metrics.gauge("slipway_item_cache_recent", Double(items.recentCount), label)
                if let remote = items.remote {
                    metrics.gauge("slipway_redis_refresh_waiting", Double(remote.waiting), label)
                }
                metrics.gauge("slipway_item_cache_age_seconds", Date().timeIntervalSince(items.loadedAt), label)
            }
            ProcessMetrics.read(into: metrics)
        }
    }

    /// What was decided, for people: a line a matter. Secrets are counted, not shown.
    package func banner() -> [String] {
        let scheme = settings.tlsCertificate == nil ? "http" : "https"
        let mutual = settings.tlsClientCA == nil ? "" : ", client certificates required"
        let quota = limits.quota.map { ", quota \($0)" } ?? ""
        let memory = Self.memoryLimitBytes(settings, limits).map { "\($0 >> 20) MB" } ?? "no limit"
        var lines = [
            "slipway \(version)",
            "listening   \(scheme)://\(settings.host):\(port)\(mutual), \(settings.tokens.count) tokens",
            "admin       "
                + (adminPort.map { "\(scheme)://\(settings.adminHost):\($0), \(settings.adminTokens.count) tokens" }
                    ?? "off"),
            "gRPC        "
                + (grpcPort.map { "\(settings.host):\($0)\(mutual), \(settings.grpcMaxStreams) calls a connection" }
                    ?? "off")
                + (grpcAdminPort.map { ", admin \(settings.adminHost):\($0)" } ?? ""),
            "threads     \(workers) compute (\(limits.processors) processors\(quota)), \(settings.ioThreads) network, 1 log",
            "memory      \(memory)",
            "kernels     \(InstructionSet.current)",
            "queue       \(settings.queueSize) requests, \(settings.requestTimeoutMs) ms each"
                + (settings.rateLimit.map { ", \($0)/s" } ?? ""),
            "merging     " + (settings.mergedBytes > 0 ? "up to \(settings.mergedBytes) bytes of requests" : "off"),
            "bodies      \(settings.maxBodyBytes) bytes, \(settings.maxDecompressedBytes) decompressed, "
                + "compressed \(settings.decompressor ?? "as their first bytes tell")",
            "warm-up     " + (settings.warmupPath ?? "defaults only"),
            "request log " + (settings.requestLogPath.map { "\($0), \(settings.requestLogMB) MB" } ?? "off"),
            "traces      " + (settings.traceEndpoint ?? "off"),
        ]
        for entry in registry.all {
            guard let model = entry.current else { continue }
            lines.append(
                "model       \(entry.name) \(model.version): \(model.scoring.package.manifest.modelKind), "
                    + "backend \(model.scoring.backend), "
                    + "features \(model.scoring.featureMode.rawValue), "
                    + "\(model.scoring.isTiled ? "user side once a request" : "user side once a candidate"), "
                    + "outputs \(model.scoring.answers.joined(separator: ", "))")
            if let recall = model.scoring.recallDescription { lines.append("recall      \(recall)") }
            if let note = model.scoring.backendNote { lines.append("            \(note)") }
            if let items = model.items, let store {
                let generation = store.generation.name.map { "generation \($0)" } ?? "without generations"
                lines.append(
                    "items       asked for in \(store.description), \(generation), \(items.recentCount) in memory")
            } else if let items = model.items {
                let rest =
                    items.leftOut == 0 ? "" : ", \(items.leftOut) more \(items.looksUp ? "looked up" : "left out")"
                lines.append("items       \(items.count) in \(items.sizeBytes >> 20) MB\(rest)")
            }
        }
        return lines
    }
}

/// What a load said, for the thread that waits for it.
private final class Problem: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: String?

    var text: String? { lock.withLock { stored } }
    func set(_ new: String?) { lock.withLock { stored = new } }
}

/// How many files and sockets the process may have open.
enum OpenFiles {
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = min(limit.rlim_max, 1 << 20)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
