import Foundation
import Logging
import Metrics
import SlipwayArtifact
import SlipwayCore
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling
import Synchronization

/// Keeps requests: the request log, slow ones, ones callers ask to save, and the first ones for the next warm-up. Written by
/// a thread of its own; what it cannot keep up with is dropped and counted.
final class RequestRecorder: Sendable {
    struct Entry: Sendable {
        let id: String
        let model: ServedModel
        /// The `PBRequest`; nil for requests of another protocol, which are not recorded.
        let body: [UInt8]?
        let debugLevel: Int
        let totalNs: UInt64
        let times: StageTimes
        let rows: Int
        let generated: [(id: String, text: String)]
        let raw: [(id: String, text: String)]
    }

    private enum Task: Sendable {
        case log([UInt8])
        case save(folder: String, name: String, [UInt8])
        case warmup([UInt8])
        case stop
    }

    private struct State {
        var tasks: [Task] = []
        var bytes = 0
        var warmupLeft: Int
        var slowLogged: UInt64 = 0
    }

    private let settings: ServingSettings
    private let metrics: ServingMetrics
    private let logger: Logger
    private let state: Mutex<State>
    private let condition = NSCondition()
    private let isDone = Mutex(false)
    private static let queueBytes = 64 << 20
    private static let savedFiles = 1000

    init(_ settings: ServingSettings, metrics: ServingMetrics, logger: Logger) {
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        state = Mutex(State(warmupLeft: settings.warmupPath == nil ? 0 : settings.warmupRecordCount))
    }

    func start() {
        let thread = Thread { [self] in loop() }
        thread.name = "slipway-log"
        thread.start()
    }

    /// Called on compute threads; does no more than copy.
    func record(_ entry: Entry) {
        let ms = Double(entry.totalNs) / 1e6
        let isSlow = settings.slowRequestMs > 0 && ms >= Double(settings.slowRequestMs)
        if isSlow { warn(entry, ms) }
        guard let body = entry.body else { return }
        if entry.debugLevel == 100 || (isSlow && settings.savesSlowRequests) {
            let kind = entry.debugLevel == 100 ? "" : "slow-"
            add(
                .save(folder: saveFolder(entry.model), name: "\(kind)\(HeaderText.fileName(entry.id)).pb", body),
                body.count)
        }
        if settings.requestLogPath != nil,
            settings.requestLogSample >= 1 || Double.random(in: 0..<1) < settings.requestLogSample
        {
            let logs = settings.logsFeatures || !entry.generated.isEmpty
            let record = LogRecord(
                request: body, rawFeatures: logs ? Self.texts(entry.raw) : [],
                generatedFeatures: logs ? Self.texts(entry.generated) : [],
                arrivalUs: Self.wallUs() &- entry.totalNs / 1000
            ).delimited()
            add(.log(record), record.count)
        }
        let isWarmup = state.withLock { state -> Bool in
            guard state.warmupLeft > 0 else { return false }
            state.warmupLeft -= 1
            return true
        }
        if isWarmup {
            let record = LogRecord(request: body).delimited()
            add(.warmup(record), record.count)
        }
    }

    private static func texts(_ entries: [(id: String, text: String)]) -> [LogRecord.FeatureText] {
        entries.map { LogRecord.FeatureText(id: $0.id, text: $0.text) }
    }

    /// Microseconds since 1970.
    private static func wallUs() -> UInt64 { UInt64(max(Date().timeIntervalSince1970, 0) * 1e6) }

    private func saveFolder(_ model: ServedModel) -> String {
        settings.requestSavePath ?? "\(model.scoring.package.path)/torch_req"
    }

    /// At most ten lines a second: a slow server must not be slowed by saying so.
    private func warn(_ entry: Entry, _ ms: Double) {
        let now = SteadyClock.now()
        let mayLog = state.withLock { state -> Bool in
            guard now &- state.slowLogged > 100_000_000 else { return false }
            state.slowLogged = now
            return true
        }
        guard mayLog else { return }
        logger.warning(
            "slow request",
            metadata: [
                "request_id": "\(entry.id)", "model": "\(entry.model.name)", "ms": "\(Int(ms))",
                "candidates": "\(entry.rows)",
                "stages_us": "\(entry.times.text)",
            ])
    }

    private func add(_ task: Task, _ bytes: Int) {
        let isAdded = state.withLock { state -> Bool in
            guard state.bytes + bytes <= Self.queueBytes else { return false }
            state.tasks.append(task)
            state.bytes += bytes
            return true
        }
        guard isAdded else { return metrics.logDropped.increment() }
        condition.lock()
        condition.signal()
        condition.unlock()
    }

    /// Waits until everything recorded so far is written, a few seconds at most.
    func stop() {
        add(.stop, 0)
        let end = SteadyClock.now() + 5_000_000_000
        while !isDone.withLock({ $0 }), SteadyClock.now() < end { usleep(10_000) }
    }

    // MARK: Writing

    private func loop() {
        let log = settings.requestLogPath.map {
            RecordFiles(folder: $0, prefix: "requests", limitBytes: settings.requestLogMB << 20)
        }
        let recording = settings.warmupPath.map { WarmUpRecording(folder: $0, count: settings.warmupRecordCount) }
        var pausedUntil: UInt64 = 0
        while true {
            let tasks = next()
            for task in tasks {
                if case .stop = task { return isDone.withLock { $0 = true } }
                guard SteadyClock.now() >= pausedUntil else {
                    metrics.logFailed.increment()
                    continue
                }
                do {
                    try write(task, log, recording)
                    metrics.logWritten.increment()
                } catch {
                    metrics.logFailed.increment()
                    // A full disk stays full for a while.
                    pausedUntil = SteadyClock.now() + 5_000_000_000
                    logger.error("requests are not recorded for 5 s", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func next() -> [Task] {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let tasks = state.withLock { state -> [Task] in
                defer {
                    state.tasks = []
                    state.bytes = 0
                }
                return state.tasks
            }
            if !tasks.isEmpty { return tasks }
            condition.wait()
        }
    }

    private func write(_ task: Task, _ log: RecordFiles?, _ recording: WarmUpRecording?) throws {
        switch task {
        case .log(let record): try log?.append(record)
        case .save(let folder, let name, let body): try save(body, folder, name)
        case .warmup(let record): try recording?.append(record)
        case .stop: break
        }
    }

    private func save(_ body: [UInt8], _ folder: String, _ name: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
        guard there < Self.savedFiles else { return metrics.logDropped.increment() }
        let path = "\(folder)/\(name)"
        guard FileManager.default.createFile(atPath: path + ".tmp", contents: Data(body)),
            rename(path + ".tmp", path) == 0
        else { throw FileError.make(path: path, action: "write") }
    }
}

extension HeaderText {
    /// Letters, digits, dashes and underscores.
    static func fileName(_ text: String) -> String {
        let safe = text.utf8.prefix(100).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: return byte
            default: return 0x5f
            }
        }
        return safe.isEmpty ? "request" : String(decoding: safe, as: UTF8.self)
    }
}
