import Foundation

/// Ids of items that are to be fetched again, each once, for a thread that does so.
///
/// `@unchecked Sendable`: all state is behind the condition.
final class RefreshQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [String] = []
    /// Those that wait, and those being fetched.
    private var known: Set<String> = []
    private var isClosed = false
    /// More are left out: the next request for them asks again.
    private static let limit = 50_000

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return waiting.count
    }

    func add(_ ids: [String]) {
        condition.lock()
        defer { condition.unlock() }
        for id in ids where known.count < Self.limit && known.insert(id).inserted { waiting.append(id) }
        if !waiting.isEmpty { condition.signal() }
    }

    /// Waits for ids; nil when the queue is closed.
    func next(_ count: Int) -> [String]? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty, !isClosed { condition.wait() }
        guard !isClosed else { return nil }
        defer { waiting.removeFirst(min(count, waiting.count)) }
        return Array(waiting.prefix(count))
    }

    func finish(_ ids: [String]) {
        condition.lock()
        known.subtract(ids)
        condition.unlock()
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }
}
