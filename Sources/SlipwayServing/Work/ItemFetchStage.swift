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
    private let settings: ServingSettings
    /// Requests fetched together, at most.
    private static let together = 16

    init(_ settings: ServingSettings) {
        self.settings = settings
        capacity = settings.queueSize
        threads = settings.redis.connections
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
            let ids = read.flatMap(\.ids)
            let deadline = read.map(\.entry.job.request.ticket.deadline).max() ?? now
            let items = ids.isEmpty ? nil : entries.first?.job.model.items?.fetching(ids, deadline: deadline)
            for (entry, ids) in read {
                var job = entry.job
                if !ids.isEmpty { job.read?.items = items }
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
                if case .texts(let texts) = inference.inputs.first(where: { $0.name == "item_ids" })?.elements {
                    ids = texts
                }
                read.inference = inference
            }
        } catch { return [] }
        var job = entry.job
        job.read = read
        entry = Entry(job: job, since: entry.since, next: entry.next)
        return ids.count > settings.scoring.maxCandidates ? [] : ids
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
