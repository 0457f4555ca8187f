import Foundation
import NIOCore
import SlipwayCore
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling

/// Gets the items of requests from another machine before they join the queue: threads that wait, so that no thread that
/// computes and none of the network does. Requests of one model that wait together are fetched together.
///
/// `@unchecked Sendable`: all state is behind the condition.
final class ItemFetchStage: @unchecked Sendable {
    private struct Entry {
        let job: ScoringJob
        let since: UInt64
        let next: @Sendable (ScoringJob) -> Void
    }

    private let condition = NSCondition()
    private var waiting: [Entry] = []
    private var isStopping = false
    private let capacity: Int
    private let threads: Int
    private let patienceNs: UInt64
    private let settings: ServingSettings
    /// Requests fetched together, at most.
    private static let together = 16

    init(_ settings: ServingSettings) {
        self.settings = settings
        capacity = settings.queueSize
        threads = settings.redis.connections
        patienceNs = UInt64(settings.redis.policy.timeoutMs) * 1_000_000
    }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return waiting.count
    }

    var isFull: Bool { count >= capacity }

    func start() {
        for index in 0..<threads {
            let thread = Thread { [self] in loop() }
            thread.name = "slipway-fetch-\(index)"
            thread.start()
        }
    }

    /// Ends the threads once nothing waits.
    func stop() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        condition.unlock()
    }

    /// Whether a job's items are to be fetched first.
    func concerns(_ job: ScoringJob) -> Bool {
        job.read == nil && !job.model.scoring.hasLists && job.model.items?.remote != nil
    }

    /// Takes a job, and passes it on with its items. False when too many wait.
    func submit(_ job: ScoringJob, next: @escaping @Sendable (ScoringJob) -> Void) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard waiting.count < capacity, !isStopping else { return false }
        waiting.append(Entry(job: job, since: SteadyClock.now(), next: next))
        condition.signal()
        return true
    }

    private func loop() {
        while let entries = take() {
            let now = SteadyClock.now()
            var read: [(entry: Entry, ids: [String])] = []
            for var entry in entries where entry.job.request.ticket.isLive {
                // Whoever is late is told so by the queue.
                let ids = entry.job.request.ticket.deadline > now ? self.read(&entry) : []
                read.append((entry, ids))
            }
            let table = entries.first?.job.model.items
            // Half of the time that is left belongs to scoring.
            let deadline = read.map { (now + max(now, $0.entry.job.request.ticket.deadline)) / 2 }.max() ?? now
            let timely = read.filter { now - $0.entry.since <= patienceNs }.flatMap(\.ids)
            let items = timely.isEmpty ? nil : table?.fetching(timely, deadline: deadline)
            for (entry, ids) in read {
                var job = entry.job
                // Who has waited for a turn as long as for items takes what memory has.
                if !ids.isEmpty {
                    job.read?.items = now - entry.since <= patienceNs ? items : table?.fetching(ids, deadline: 0)
                }
                job.model.metrics.stage(.fetch, nanoseconds: SteadyClock.now() - entry.since)
                entry.next(job)
            }
        }
    }

    private func take() -> [Entry]? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty {
            if isStopping { return nil }
            condition.wait()
        }
        let model = waiting[0].job.model
        var taken: [Entry] = []
        var left: [Entry] = []
        for entry in waiting {
            if entry.job.model === model, taken.count < Self.together {
                taken.append(entry)
            } else {
                left.append(entry)
            }
        }
        waiting = left
        if !left.isEmpty { condition.signal() }
        return taken
    }

    /// Reads the ids of a request's items. What cannot be read is for the compute thread to refuse.
    private func read(_ entry: inout Entry) -> [String] {
        var read = ReadRequest()
        var ids: [String] = []
        do {
            switch entry.job.kind {
            case .predict(let encoding):
                let body = try entry.job.request.body.withUnsafeReadableBytes {
                    try encoding.decode($0, limit: settings.maxDecompressedBytes)
                }
                ids = try PredictMessage.itemIDs(of: body)
                read.body = body
            case .infer(let headerLength):
                let inference = try entry.job.request.body.withUnsafeReadableBytes {
                    try InferenceRequest($0, headerLength: headerLength)
                }
                ids = Self.itemIDs(inference)
                read.inference = inference
            case .call(let encoding):
                let inference = try entry.job.message(encoding, limit: settings.maxDecompressedBytes)
                ids = Self.itemIDs(inference)
                read.inference = inference
            }
        } catch { return [] }
        var job = entry.job
        job.read = read
        entry = Entry(job: job, since: entry.since, next: entry.next)
        return ids.count > settings.scoring.maxCandidates ? [] : ids
    }

    private static func itemIDs(_ inference: InferenceRequest) -> [String] {
        guard case .texts(let texts) = inference.inputs.first(where: { $0.name == "item_ids" })?.elements else {
            return []
        }
        return texts
    }
}

/// What was read of a request before its turn came.
struct ReadRequest: Sendable {
    /// Decompressed.
    var body: [UInt8]?
    var inference: InferenceRequest?
    /// The model's item features with the request's at hand.
    var items: ItemTable?
}
