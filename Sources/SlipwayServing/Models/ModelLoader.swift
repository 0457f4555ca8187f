import Foundation
import Logging
import SlipwayArtifact
import SlipwayCore
import SlipwayOnline
import SlipwayRecall
import SlipwayScheduling
import Synchronization

/// Loads packages and item features on one thread of low priority, warms them up and swaps them in. What fails leaves the
/// old one answering.
final class ModelLoader: Sendable {
    private let settings: ServingSettings
    private let registry: ModelRegistry
    private let metrics: ServingMetrics
    private let logger: Logger
    private let workers: Int
    private let source: (any ItemSource)?
    private let memoryLimitBytes: Int?
    private let queue = DispatchQueue(label: "slipway-load")
    private let isStopped = Mutex(false)

    init(
        _ settings: ServingSettings, registry: ModelRegistry, metrics: ServingMetrics, logger: Logger, workers: Int,
        memoryLimitBytes: Int?
    ) {
        self.settings = settings
        self.registry = registry
        self.metrics = metrics
        self.logger = logger
        self.workers = workers
        self.memoryLimitBytes = memoryLimitBytes
        source = settings.items.map { path in
            let isDatabase = [".db", ".sqlite", ".sqlite3"].contains { path.hasSuffix($0) }
            return isDatabase
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
    }

    func stop() { isStopped.withLock { $0 = true } }

    private func schedule(every seconds: Int, _ body: @escaping @Sendable () -> Void) {
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
            try warm(fresh, isSwap: entry.current != nil)
            registry.update(name) { entry in
                entry.current = fresh
                entry.status = .ready
                entry.lastFailure = nil
            }
            let seconds = Double(SteadyClock.now() - start) * 1e-9
            metrics.count("slipway_model_loads_total", [("model", name), ("result", "ok")])
            metrics.gauge("slipway_model_load_seconds", seconds, [("model", name)])
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
        try checkMemory(path, replaces: entry.current != nil)
        let scoring = try ScoringModel(name: entry.name, path: path, options: settings.scoring)
        let items = try source.map { try load($0, for: scoring) }
        return ServedModel(scoring, items: items, metrics: metrics.model(entry.name), stamp: stamp)
    }

    /// Refuses a package that would not fit beside what is there.
    private func checkMemory(_ path: String, replaces: Bool) throws {
        guard replaces, let limit = memoryLimitBytes,
            let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        else { return }
        let needed = names.reduce(0) { sum, name in
            var status = stat()
            return sum + (stat("\(path)/\(name)", &status) == 0 ? Int(status.st_size) : 0)
        }
        let used = ProcessMetrics.residentBytes()
        guard used + needed <= limit else {
            throw SlipwayError(
                .outOfRange,
                "the package needs \(needed >> 20) MB, \(used >> 20) of \(limit >> 20) MB are in use",
                fix: "raise the memory limit: both packages are in memory during a swap")
        }
    }

    private func warm(_ model: ServedModel, isSwap: Bool) throws {
        let summary = WarmUp(settings: settings).run(model, workers: workers)
        metrics.count(
            "slipway_warmup_requests_total", [("model", model.name), ("result", "ok")], by: summary.replayed)
        metrics.count(
            "slipway_warmup_requests_total", [("model", model.name), ("result", "failed")], by: summary.failed)
        logger.info(
            "warmed up",
            metadata: [
                "model": "\(model.name)", "requests": "\(summary.replayed)", "failed": "\(summary.failed)",
                "recorded": "\(summary.isRecorded)", "p50_ms": "\(summary.quantileMs(0.5))",
                "p99_ms": "\(summary.quantileMs(0.99))", "first_error": "\(summary.firstError ?? "")",
            ])
        if isSwap, summary.isRecorded, summary.replayed == 0 {
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
