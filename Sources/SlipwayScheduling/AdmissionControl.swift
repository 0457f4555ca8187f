/// Decides whether a job may join the queue: by its length, by the rate allowed, and by whether it can be served in time.
package struct AdmissionControl {
    package enum Verdict: Hashable, Sendable {
        case admit
        /// The queue is full.
        case queueFull
        /// The queue is so long that the deadline would pass first.
        case tooLate
        case overRate
    }

    private let workers: Int
    /// Nanoseconds a unit of cost takes, averaged over the last hundred or so jobs; 0 while unknown.
    private var nsPerCost = 0.0
    private var bucket: TokenBucket?

    package init(workers: Int, ratePerSecond: Int?) {
        self.workers = max(workers, 1)
        bucket = ratePerSecond.map { TokenBucket(perSecond: $0) }
    }

    /// Nanoseconds until a job behind `queuedCost` would be done.
    package func estimateNs(queuedCost: Int, cost: Int) -> UInt64 {
        let estimate = nsPerCost * (Double(queuedCost) / Double(workers) + Double(cost))
        // An hour is as good as for ever.
        return UInt64(min(max(0, estimate), 3.6e12))
    }

    /// What `decide` would say now; nothing is taken from the rate.
    package func foresee<Job>(_ queue: FairQueue<Job>, cost: Int, now: UInt64, deadline: UInt64) -> Verdict {
        if queue.isFull { return .queueFull }
        if !queue.isEmpty {
            let finish = now &+ estimateNs(queuedCost: queue.queuedCost, cost: cost)
            if finish > deadline { return .tooLate }
        }
        return bucket?.isEmpty(now: now) == true ? .overRate : .admit
    }

    package mutating func decide<Job>(_ queue: FairQueue<Job>, cost: Int, now: UInt64, deadline: UInt64) -> Verdict {
        let verdict = foresee(queue, cost: cost, now: now, deadline: deadline)
        if verdict == .admit { bucket?.take(now: now) }
        return verdict
    }

    package mutating func observe(cost: Int, elapsedNs: UInt64) {
        let sample = Double(elapsedNs) / Double(max(cost, 1))
        nsPerCost = nsPerCost == 0 ? sample : nsPerCost + (sample - nsPerCost) * 0.02
    }
}

/// Lets a number of jobs a second pass, a second's worth of them at once.
package struct TokenBucket {
    private let perSecond: Double
    private var tokens: Double
    private var last: UInt64?

    package init(perSecond: Int) {
        self.perSecond = Double(max(perSecond, 1))
        tokens = self.perSecond
    }

    private func tokens(now: UInt64) -> Double {
        guard let last, now > last else { return tokens }
        return min(perSecond, tokens + Double(now - last) * 1e-9 * perSecond)
    }

    package func isEmpty(now: UInt64) -> Bool { tokens(now: now) < 1 }

    @discardableResult
    package mutating func take(now: UInt64) -> Bool {
        tokens = tokens(now: now)
        last = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
