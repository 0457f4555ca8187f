import Foundation
import Logging
import SlipwayArtifact
import SlipwayCore
import SlipwayItems
import SlipwayOnline
import SlipwayRecall
import SlipwayScheduling
import Synchronization

/// Loads packages and item features on one thread of low priority, warms them up and swaps them in. What fails leaves the
/// old one answering.
final class ModelLoader: Sendable {
    let settings: ServingSettings
    let registry: ModelRegistry
    let metrics: ServingMetrics
    let logger: Logger
    private let workers: Int
    private let source: (any ItemSource)?
    let store: RedisItemStore?
    private let memoryLimitBytes: Int?
    private let queue = DispatchQueue(label: "slipway-load")
    private let isStopped = Mutex(false)

    init(
        _ settings: ServingSettings, registry: ModelRegistry, metrics: ServingMetrics, logger: Logger, workers: Int,
        memoryLimitBytes: Int?, store: RedisItemStore? = nil
    ) {
        self.settings = settings
        self.registry = registry
        self.metrics = metrics
        self.logger = logger
        self.workers = workers
        self.memoryLimitBytes = memoryLimitBytes
        self.store = store
        source =
            store != nil
            ? nil
            : settings.items.map { path in
                SQLiteItemSource.isDatabase(path)
                    ? SQLiteItemSource(path: path, table: settings.itemTable ?? "items") as any ItemSource
                    : FileItemSource(path: path)
            }
    }

    /// Loads a model, new or again; `done` gets nil, or what went wrong.
    func load(_ name: String, done: @escaping @Sendable (String?) -> Void = { _ in }) {
        queue.async { [self] in done(Self.atLowPriority { self.loadNow(name) } ?? nil) }
    }

    /// Looks for changes from now on.
    func watch() {
        schedule(every: settings.reloadSeconds) { [self] in
            for entry in registry.all {
                guard let stamp = Self.stamp(entry.path), stamp != entry.triedStamp else { continue }
                if entry.current == nil, entry.triedStamp == nil { continue }
                _ = Self.atLowPriority { self.loadNow(entry.name) }
            }
        }
        let itemStamp = Mutex(source?.stamp())
        schedule(every: source == nil ? 0 : settings.itemReloadSeconds) { [self] in
            guard let source, let stamp = source.stamp() else { return }
            let isNew = itemStamp.withLock { known -> Bool in
                defer { known = stamp }
                return known != stamp
            }
            if isNew { _ = Self.atLowPriority { self.reloadItems() } }
        }
        watchStore()
    }

    func stop() { isStopped.withLock { $0 = true } }

    func schedule(every seconds: Int, _ body: @escaping @Sendable () -> Void) {
        guard seconds > 0 else { return }
        queue.asyncAfter(deadline: .now() + .seconds(seconds)) { [self] in
            guard !isStopped.withLock({ $0 }) else { return }
            body()
            schedule(every: seconds, body)
        }
    }

    /// Runs `body` on a thread that gives way to the others: Linux has priorities by thread.
    private static func atLowPriority<T: Sendable>(_ body: @escaping @Sendable () -> T) -> T? {
        let done = DispatchSemaphore(value: 0)
        let result = LoadResult<T>()
        let thread = Thread {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            result.set(body())
            done.signal()
        }
        thread.name = "slipway-load"
        thread.stackSize = 8 << 20
        thread.start()
        done.wait()
        return result.value
    }

    /// The state of a package: its manifest and its index, by whatever name leads there.
    static func stamp(_ path: String) -> String? {
        let path = ScoringModel.served(path)
        guard let manifest = FileStamp.of("\(path)/\(PackageFiles.manifest)") else { return nil }
        return ([manifest] + RecallIndex.names.map { FileStamp.of("\(path)/\($0)") ?? "" }).joined(separator: " ")
    }

    // MARK: Packages

    private func loadNow(_ name: String) -> String? {
        guard let entry = registry.entry(name) else { return "there is no model \(name)" }
        let start = SteadyClock.now()
        let stamp = Self.stamp(entry.path)
        registry.update(name) { entry in
            entry.triedStamp = stamp
            if entry.current == nil { entry.status = .loading }
        }
        do {
            let fresh = try make(entry, stamp)
            try warm(fresh, replacing: entry.current)
            registry.update(name) { entry in
                entry.current = fresh
                entry.status = .ready
                entry.lastFailure = nil
            }
            let seconds = Double(SteadyClock.now() - start) * 1e-9
            metrics.count("slipway_model_loads_total", [("model", name), ("result", "ok")])
            metrics.gauge("slipway_model_load_seconds", seconds, [("model", name)])
            if let old = entry.current {
                metrics.gauge("slipway_model_info", 0, [("model", name), ("version", old.version)])
            }
            metrics.gauge("slipway_model_info", 1, [("model", name), ("version", fresh.version)])
            logger.info(
                "model ready",
                metadata: ["model": "\(name)", "version": "\(fresh.version)", "seconds": "\(seconds)"])
            return nil
        } catch {
            let keepsOld = entry.current != nil
            registry.update(name) { entry in
                entry.lastFailure = "\(error)"
                if entry.current == nil { entry.status = .unavailable("\(error)") }
            }
            metrics.count("slipway_model_loads_total", [("model", name), ("result", "failed")])
            logger.error(
                keepsOld ? "package refused, the old one goes on" : "package cannot be served",
                metadata: ["model": "\(name)", "path": "\(entry.path)", "error": "\(error)"])
            return "\(error)"
        }
    }

    private func make(_ entry: ModelRegistry.Entry, _ stamp: String?) throws -> ServedModel {
        // A link may move while the package is read: one place is read throughout.
        let path = URL(fileURLWithPath: entry.path).resolvingSymlinksInPath().path
        try checkMemory(ScoringModel.served(path), entry.name)
        let scoring = try ScoringModel(name: entry.name, path: path, options: settings.scoring)
        let items =
            try source.map { try load($0, for: scoring) }
            ?? store.map { try remoteItems($0, for: scoring, replacing: entry.current) }
        return ServedModel(scoring, items: items, metrics: metrics.model(entry.name), stamp: stamp)
    }

    /// Refuses a package that would not fit beside what is served. The first one only draws a warning: without it there
    /// is nothing to serve, and its tables are read from the disk as they are needed.
    private func checkMemory(_ path: String, _ name: String) throws {
        guard let limit = memoryLimitBytes, let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        else { return }
        let needed = names.reduce(0) { sum, name in
            var status = stat()
            return sum + (stat("\(path)/\(name)", &status) == 0 ? Int(status.st_size) : 0)
        }
        let used = ProcessMetrics.residentBytes()
        guard used + needed > limit else { return }
        let problem = SlipwayError(
            .outOfRange,
            "the package needs \(needed >> 20) MB, \(used >> 20) of \(limit >> 20) MB are in use",
            fix: "raise the memory limit: both packages are in memory during a swap")
        if registry.all.contains(where: { $0.current != nil }) { throw problem }
        logger.warning("memory is short", metadata: ["model": "\(name)", "problem": "\(problem)"])
    }

    private func warm(_ model: ServedModel, replacing old: ServedModel?) throws {
        let summary = WarmUp(settings: settings).run(model, replacing: old, workers: workers)
        metrics.count(
            "slipway_warmup_requests_total", [("model", model.name), ("result", "ok")], by: summary.replayed)
        metrics.count(
            "slipway_warmup_requests_total", [("model", model.name), ("result", "failed")], by: summary.failed)
        metrics.count(
            "slipway_warmup_requests_total", [("model", model.name), ("result", "unread")], by: summary.unread.count)
        if !summary.unread.isEmpty {
            logger.warning(
                "recorded requests cannot be read",
                metadata: ["model": "\(model.name)", "files": "\(summary.unread.joined(separator: "; "))"])
        }
        logger.info(
            "warmed up",
            metadata: [
                "model": "\(model.name)", "requests": "\(summary.replayed)", "failed": "\(summary.failed)",
                "recorded": "\(summary.isRecorded)", "p50_ms": "\(summary.quantileMs(0.5))",
                "p99_ms": "\(summary.quantileMs(0.99))", "first_error": "\(summary.firstError ?? "")",
            ])
        if let change = summary.scoreChange, change.requests > 0 {
            metrics.gauge("slipway_model_score_change", change.mean, [("model", model.name), ("of", "mean")])
            metrics.gauge("slipway_model_score_change", change.largest, [("model", model.name), ("of", "largest")])
            logger.info(
                "scores compared with the generation before",
                metadata: [
                    "model": "\(model.name)", "requests": "\(change.requests)", "mean_change": "\(change.mean)",
                    "largest_change": "\(change.largest)",
                ])
        }
        if old != nil, summary.isRecorded, summary.replayed == 0 {
            throw SlipwayError(
                .mismatch, "none of \(summary.failed) recorded requests can be answered: \(summary.firstError ?? "")",
                fix: "export a package that takes the requests the old one takes, or empty warmup_data_path")
        }
    }

    // MARK: Item features

    private func load(_ source: any ItemSource, for scoring: ScoringModel) throws -> ItemTable {
        do {
            let table = try scoring.loadItems(source, key: settings.itemKey, limitBytes: settings.itemCacheMB << 20)
            metrics.count("slipway_item_loads_total", [("model", scoring.name), ("result", "ok")])
            logger.info(
                "item features read",
                metadata: [
                    "model": "\(scoring.name)", "items": "\(table.count)", "bytes": "\(table.sizeBytes)",
                    "seconds": "\(table.loadSeconds)", "duplicates": "\(table.duplicates)",
                ])
            if table.leftOut > 0 {
                logger.warning(
                    table.looksUp
                        ? "item features beyond item_cache_mb are looked up in the source"
                        : "item features beyond item_cache_mb are left out, their items are unknown",
                    metadata: [
                        "model": "\(scoring.name)", "kept": "\(table.count)", "left_out": "\(table.leftOut)",
                        "item_cache_mb": "\(settings.itemCacheMB)",
                    ])
            }
            return table
        } catch {
            metrics.count("slipway_item_loads_total", [("model", scoring.name), ("result", "failed")])
            throw error
        }
    }

    private func reloadItems() {
        guard let source else { return }
        for entry in registry.all {
            guard let model = entry.current else { continue }
            do {
                model.replaceItems(try load(source, for: model.scoring))
            } catch {
                logger.error(
                    "item features refused, the old ones go on",
                    metadata: ["model": "\(entry.name)", "error": "\(error)"])
            }
        }
    }
}

/// What a thread leaves for the one that waits for it.
private final class LoadResult<T: Sendable>: Sendable {
    private let stored = Mutex<T?>(nil)

    var value: T? { stored.withLock { $0 } }
    func set(_ new: T) { stored.withLock { $0 = new } }
}
