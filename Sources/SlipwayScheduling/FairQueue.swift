/// A bounded queue in two lanes, for small jobs and for large ones, so that neither starves the other.
///
/// Lanes take turns by the cost they were served: the lane with less behind it goes next, and a lane that was empty starts
/// where the other stands. Within a lane jobs go in order of arrival, or latest first once the queue has been congested for
/// a while and the oldest have waited for more than half of their time: then they are the least likely to be of use.
package struct FairQueue<Job> {
    package struct Entry {
        package let job: Job
        package let cost: Int
        /// Nanoseconds of a steady clock.
        package let enqueued: UInt64
        package let deadline: UInt64

        /// Whether it has waited for more than half of its time.
        func isOld(_ now: UInt64) -> Bool {
            now > enqueued && deadline > enqueued && now - enqueued > (deadline - enqueued) / 2
        }
    }

    package let capacity: Int
    /// Jobs of this cost or more are large.
    package let largeCost: Int
    private var lanes: [Lane] = [Lane(), Lane()]
    package private(set) var count = 0
    package private(set) var queuedCost = 0
    /// When the queue last was less than half full.
    private var calm: UInt64 = 0
    private let congestionNs: UInt64
    /// Jobs whose deadline passed while they waited: they take no room, and leave first.
    private var expired: [Entry] = []

    private struct Lane {
        var jobs: [Entry?] = []
        var head = 0
        var served = 0

        var isEmpty: Bool { head == jobs.count }
        var count: Int { jobs.count - head }

        mutating func append(_ entry: Entry) { jobs.append(entry) }

        mutating func popFirst() -> Entry? {
            guard head < jobs.count, let entry = jobs[head] else { return nil }
            jobs[head] = nil
            head += 1
            if head > 64, head * 2 > jobs.count {
                jobs.removeFirst(head)
                head = 0
            }
            return entry
        }

        mutating func popLast() -> Entry? {
            guard head < jobs.count else { return nil }
            return jobs.removeLast()
        }

        var first: Entry? { head < jobs.count ? jobs[head] : nil }
    }

    package init(capacity: Int, largeCost: Int, congestionMs: Int = 500) {
        self.capacity = max(capacity, 1)
        self.largeCost = max(largeCost, 1)
        congestionNs = UInt64(max(congestionMs, 0)) * 1_000_000
    }

    package var isEmpty: Bool { count == 0 }
    package var isFull: Bool { count >= capacity }

    /// Gives the room of jobs that waited longest to others once their deadlines have passed.
    package mutating func expire(now: UInt64) {
        for lane in lanes.indices {
            while let first = lanes[lane].first, first.deadline <= now, let entry = lanes[lane].popFirst() {
                take(entry, from: lane)
                expired.append(entry)
            }
        }
    }

    /// Adds a job unless the queue is full.
    package mutating func push(_ job: Job, cost: Int, now: UInt64, deadline: UInt64) -> Bool {
        if isFull { expire(now: now) }
        guard !isFull else { return false }
        if count * 2 < capacity { calm = now }
        let cost = max(cost, 1)
        let lane = cost >= largeCost ? 1 : 0
        if lanes[lane].isEmpty { lanes[lane].served = max(lanes[lane].served, lanes[1 - lane].served) }
        lanes[lane].append(Entry(job: job, cost: cost, enqueued: now, deadline: deadline))
        count += 1
        queuedCost += cost
        return true
    }

    /// The next job to serve, with whether its deadline has passed.
    package mutating func pop(now: UInt64) -> (entry: Entry, isExpired: Bool)? {
        if count * 2 < capacity { calm = now }
        if let entry = expired.popLast() { return (entry, true) }
        let lane = lanes[0].isEmpty ? 1 : lanes[1].isEmpty ? 0 : lanes[0].served <= lanes[1].served ? 0 : 1
        let isCongested = now > calm && now - calm > congestionNs && (lanes[lane].first.map { $0.isOld(now) } ?? false)
        guard let entry = isCongested ? lanes[lane].popLast() : lanes[lane].popFirst() else { return nil }
        take(entry, from: lane)
        return (entry, entry.deadline <= now)
    }

    /// The next small job that fits `cost` and `isWanted`, to be run along with one taken before.
    package mutating func popSmall(costAtMost cost: Int, now: UInt64, where isWanted: (Job) -> Bool) -> Entry? {
        guard let first = lanes[0].first, first.cost <= cost, first.deadline > now, isWanted(first.job),
            let entry = lanes[0].popFirst()
        else { return nil }
        take(entry, from: 0)
        return entry
    }

    private mutating func take(_ entry: Entry, from lane: Int) {
        count -= 1
        queuedCost -= entry.cost
        lanes[lane].served += entry.cost
        if count == 0 {
            lanes[0].served = 0
            lanes[1].served = 0
        }
    }

    /// Every job, for a stop.
    package mutating func removeAll() -> [Entry] {
        var all = expired
        expired = []
        for lane in lanes.indices {
            while let entry = lanes[lane].popFirst() {
                take(entry, from: lane)
                all.append(entry)
            }
        }
        return all
    }
}
