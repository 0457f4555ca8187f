import SlipwayScheduling
import Testing

struct FairQueueTests {
    private func queue(_ jobs: [(String, Int)], capacity: Int = 100, largeCost: Int = 10) -> FairQueue<String> {
        var queue = FairQueue<String>(capacity: capacity, largeCost: largeCost)
        for (job, cost) in jobs { _ = queue.push(job, cost: cost, now: 0, deadline: 1000) }
        return queue
    }

    private func order(_ queue: FairQueue<String>, now: UInt64 = 1) -> [String] {
        var queue = queue
        var jobs: [String] = []
        while let (entry, _) = queue.pop(now: now) { jobs.append(entry.job) }
        return jobs
    }

    @Test func oneLaneKeepsTheOrder() {
        #expect(order(queue([("a", 1), ("b", 2), ("c", 1)])) == ["a", "b", "c"])
    }

    /// A large job of cost 30 is worth thirty small ones of cost 1: they take turns by cost, not by number.
    @Test func lanesTakeTurnsByCost() {
        let jobs = [("L1", 30), ("L2", 30)] + (1...40).map { ("s\($0)", 1) }
        let found = order(queue(jobs))
        #expect(found.count == 42)
        #expect(found[0] == "s1")
        #expect(found[1] == "L1")
        // 30 small ones catch up before the second large one.
        #expect(found.firstIndex(of: "L2") == 32)
    }

    /// A lane that was empty does not get back the time it did not use.
    @Test func aLaneThatComesLateStartsWhereTheOtherIs() {
        var queue = queue((1...100).map { ("s\($0)", 1) }, capacity: 200)
        for _ in 0..<50 { _ = queue.pop(now: 1) }
        for index in 0..<3 { _ = queue.push("L\(index)", cost: 10, now: 1, deadline: 1000) }
        var found: [String] = []
        for _ in 0..<13 { found.append(queue.pop(now: 1)?.entry.job ?? "") }
        #expect(found.filter { $0.hasPrefix("L") }.count == 2)
    }

    @Test func fullAndExpired() {
        var queue = FairQueue<Int>(capacity: 2, largeCost: 10)
        let isAdded = [10, 30, 30].enumerated().map { queue.push($0 + 1, cost: 5, now: 0, deadline: $1) }
        #expect(isAdded == [true, true, false])
        #expect(queue.queuedCost == 10)
        #expect(queue.pop(now: 20)?.isExpired == true)
        #expect(queue.pop(now: 20)?.isExpired == false)
        #expect(queue.pop(now: 20) == nil)
        #expect(queue.queuedCost == 0)
    }

    /// Jobs that waited too long leave their room to others, and go first, so that somebody answers them.
    @Test func expiredJobsTakeNoRoom() {
        var queue = FairQueue<Int>(capacity: 2, largeCost: 10)
        for (job, deadline) in [(1, 10), (2, 90)] { _ = queue.push(job, cost: 5, now: 0, deadline: UInt64(deadline)) }
        let isAdded = [9, 10].map { queue.push(3, cost: 4, now: $0, deadline: 90) }
        #expect(isAdded == [false, true])
        #expect(queue.count == 2)
        #expect(queue.queuedCost == 9)
        let first = queue.pop(now: 11)
        #expect(first?.entry.job == 1)
        #expect(first?.isExpired == true)
        #expect(queue.pop(now: 11)?.entry.job == 2)
        #expect(queue.pop(now: 11)?.entry.job == 3)
        #expect(queue.pop(now: 11) == nil)
        #expect(queue.queuedCost == 0)
    }

    /// After half a second above half of its capacity the latest job goes first, while the oldest has waited for long.
    @Test func congestionTurnsTheOrder() {
        var queue = FairQueue<Int>(capacity: 4, largeCost: 10, congestionMs: 500)
        func ms(_ value: UInt64) -> UInt64 { value * 1_000_000 }
        for job in 1...3 { _ = queue.push(job, cost: 1, now: ms(1), deadline: ms(1001)) }
        #expect(queue.pop(now: ms(400))?.entry.job == 1)
        for job in 4...5 { _ = queue.push(job, cost: 1, now: ms(400), deadline: ms(1400)) }
        #expect(queue.pop(now: ms(600))?.entry.job == 5)
        // Calm again: below half.
        _ = queue.pop(now: ms(600))
        _ = queue.pop(now: ms(600))
        _ = queue.push(6, cost: 1, now: ms(600), deadline: ms(1600))
        #expect(queue.pop(now: ms(700))?.entry.job == 2)
    }

    /// A full queue that is quick enough stays in order, however long it is full.
    @Test func aQuickQueueStaysInOrder() {
        var queue = FairQueue<Int>(capacity: 4, largeCost: 10, congestionMs: 500)
        for job in 0..<4 { _ = queue.push(job, cost: 1, now: UInt64(job) * 1_000_000_000, deadline: .max) }
        for job in 0..<20 {
            let now = UInt64(job + 4) * 1_000_000_000
            #expect(queue.pop(now: now)?.entry.job == job)
            let isAdded = queue.push(job + 4, cost: 1, now: now, deadline: now + 8_000_000_001)
            #expect(isAdded)
        }
        // Four seconds of eight are not too long; eight and a half are.
        #expect(queue.pop(now: 28_500_000_000)?.entry.job == 23)
    }

    @Test func smallOnesMayGoAlong() {
        var queue = queue([("a", 2), ("b", 3), ("c", 9), ("d", 1)])
        _ = queue.pop(now: 1)
        #expect(queue.popSmall(costAtMost: 5, now: 1) { $0 == "b" }?.job == "b")
        #expect(queue.popSmall(costAtMost: 5, now: 1) { _ in true } == nil)
        #expect(queue.count == 2)
    }
}

struct AdmissionControlTests {
    @Test func aJobThatCannotBeInTimeIsRefused() {
        var admission = AdmissionControl(workers: 2, ratePerSecond: nil)
        var queue = FairQueue<Int>(capacity: 10, largeCost: 1000)
        // Unknown speed: everything may come in.
        #expect(admission.decide(queue, cost: 100, now: 0, deadline: 1) == .admit)
        admission.observe(cost: 100, elapsedNs: 1000)
        #expect(admission.estimateNs(queuedCost: 400, cost: 100) == 3000)
        _ = queue.push(1, cost: 400, now: 0, deadline: 10_000)
        #expect(admission.decide(queue, cost: 100, now: 0, deadline: 3000) == .admit)
        #expect(admission.decide(queue, cost: 100, now: 0, deadline: 2999) == .tooLate)
        for job in 0..<9 { _ = queue.push(job, cost: 1, now: 0, deadline: .max) }
        #expect(admission.decide(queue, cost: 1, now: 0, deadline: .max) == .queueFull)
    }

    @Test func theRateIsKept() {
        var bucket = TokenBucket(perSecond: 10)
        #expect((0..<20).count { _ in bucket.take(now: 0) } == 10)
        #expect((0..<20).count { _ in bucket.take(now: 500_000_000) } == 5)
        #expect(bucket.isEmpty(now: 500_000_000))
        // To ask takes nothing.
        #expect((0..<50).allSatisfy { _ in !bucket.isEmpty(now: 60_000_000_000) })
        #expect((0..<50).count { _ in bucket.take(now: 60_000_000_000) } == 10)
    }
}
