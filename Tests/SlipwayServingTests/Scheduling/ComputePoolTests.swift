import Foundation
import SlipwayScheduling
import Synchronization
import Testing

struct ComputePoolTests {
    @Test func jobsRunOnceAndSmallOnesTogether() async {
        var options = ComputePool<Int>.Options()
        options.queueCapacity = 1000
        options.mergedCost = 8
        options.largeCost = 100
        let seen = Mutex<[[Int]]>([])
        let gate = DispatchSemaphore(value: 0)
        let canMerge = { @Sendable (first: Int, second: Int) in first % 2 == second % 2 }
        let pool = ComputePool<Int>(options, canMerge: canMerge) { _, assignments in
            if assignments.first?.job == -1 { gate.wait() }
            seen.withLock { $0.append(assignments.map(\.job)) }
        }
        pool.start()
        // The worker is held until everything is queued.
        #expect(pool.submit(-1, cost: 200, deadline: .max) == .admit)
        await until { pool.running == 1 }
        for job in 0..<20 { #expect(pool.submit(job * 2, cost: 1, deadline: .max) == .admit) }
        #expect(pool.submit(7, cost: 1, deadline: .max) == .admit)
        gate.signal()
        await until { seen.withLock { $0.joined().count } == 22 }
        let runs = seen.withLock { $0 }
        #expect(runs.contains { $0.count > 1 })
        #expect(runs.allSatisfy { $0.count <= 8 })
        #expect(runs.contains([7]))
        #expect(runs.joined().sorted() == [-1, 7] + (0..<20).map { $0 * 2 }.sorted() || Set(runs.joined()).count == 22)
        pool.stop()
    }

    @Test func aFullQueueRefuses() async {
        var options = ComputePool<Int>.Options()
        options.queueCapacity = 2
        let gate = DispatchSemaphore(value: 0)
        let pool = ComputePool<Int>(options) { _, _ in gate.wait() }
        pool.start()
        _ = pool.submit(0, cost: 1, deadline: .max)
        await until { pool.running == 1 }
        #expect(pool.submit(1, cost: 1, deadline: .max) == .admit)
        #expect(pool.submit(2, cost: 1, deadline: .max) == .admit)
        #expect(pool.foresee(cost: 1, deadline: .max) == .queueFull)
        #expect(pool.submit(3, cost: 1, deadline: .max) == .queueFull)
        for _ in 0..<3 { gate.signal() }
        await until { pool.running == 0 && pool.queued == 0 }
        pool.stop()
        #expect(pool.submit(4, cost: 1, deadline: .max) == .queueFull)
    }

    @Test func onlyOneAnswerIsGiven() {
        let ticket = Ticket(arrival: 0, deadline: 1)
        #expect(ticket.isLive)
        #expect(ticket.claim())
        #expect(!ticket.claim())
        #expect(!ticket.abandon())
        let gone = Ticket(arrival: 0, deadline: 1)
        #expect(gone.abandon())
        #expect(!gone.claim())
        #expect(!gone.isLive)
    }
}

struct ControlGroupTests {
    private func folder(_ files: [String: String]) throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cg-\(UInt64.random(in: 0 ... .max))")
        for (name, text) in files {
            let file = root.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return root
    }

    @Test func quotasAndLimitsAreRead() throws {
        let second = ControlGroup.read(
            root: try folder([
                "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n",
                "sys/fs/cgroup/memory.max": "1073741824\n",
            ]))
        #expect(second == ControlGroup(processors: 1, quota: 0.5, memoryLimitBytes: 1 << 30))
        let first = ControlGroup.read(
            root: try folder([
                "proc/self/cgroup": "4:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
            ]))
        #expect(first == ControlGroup(processors: 1, quota: 1, memoryLimitBytes: nil))
        let none = ControlGroup.read(root: try folder(["sys/fs/cgroup/memory.max": "max"]))
        #expect(none.quota == nil && none.memoryLimitBytes == nil)
        #expect(none.processors == ProcessInfo.processInfo.activeProcessorCount)
    }
}
