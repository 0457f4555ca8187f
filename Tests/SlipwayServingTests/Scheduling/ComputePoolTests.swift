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
    private func folder(_ files: [String: String]) throws -> String {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cg-\(UInt64.random(in: 0 ... .max))")
            .path
        for (name, text) in files {
            let path = "\(root)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        return root
    }

    @Test func quotasAndLimitsAreRead() throws {
        let second = try folder(["cpu.max": "50000 100000\n", "memory.max": "1073741824\n"])
        #expect(ControlGroup.read(root: second).processors == 1)
        #expect(ControlGroup.read(root: second).quota == 0.5)
        #expect(ControlGroup.read(root: second).memoryLimitBytes == 1 << 30)
        let first = try folder([
            "cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000",
            "memory/memory.limit_in_bytes": "9223372036854771712",
        ])
        #expect(ControlGroup.read(root: first).quota == 1)
        #expect(ControlGroup.read(root: first).memoryLimitBytes == nil)
        let none = try folder(["cpu.max": "max 100000"])
        #expect(ControlGroup.read(root: none).quota == nil)
        #expect(ControlGroup.read(root: none).processors == ProcessInfo.processInfo.activeProcessorCount)
    }
}
