import Foundation
import Synchronization

/// Threads that run jobs from one fair queue; never an event loop's.
///
/// Each worker takes a job, and with a small one any further small ones that may run with it.
package final class ComputePool<Job: Sendable>: Sendable {
    package struct Options: Sendable {
        package var workers = 1
        package var queueCapacity = 64
        package var ratePerSecond: Int?
        /// Jobs of this cost or more are large: they queue apart and are not merged.
        package var largeCost = 1 << 15
        /// Cost of the jobs that run together, at most; 0 for no merging.
        package var mergedCost = 0

        package init() {}
    }

    /// A job on its way to be run.
    package struct Assignment: Sendable {
        package let job: Job
        package let queuedNs: UInt64
        package let isExpired: Bool
    }

    private struct State {
        var queue: FairQueue<Job>
        var admission: AdmissionControl
        var isStopping = false
        /// Jobs being run, and the workers that run them.
        var running = 0
        var busy = 0
    }

    package let options: Options
    private let state: Mutex<State>
    private let wake = WakeSignal()
    private let canMerge: @Sendable (Job, Job) -> Bool
    private let run: @Sendable (_ spare: Int, [Assignment]) -> Void

    /// - Parameters:
    ///   - canMerge: whether the second job may run with the first.
    ///   - run: runs jobs that belong together, on a worker's thread; `spare` workers have nothing to do meanwhile.
    package init(
        _ options: Options, canMerge: @escaping @Sendable (Job, Job) -> Bool = { _, _ in false },
        run: @escaping @Sendable (_ spare: Int, [Assignment]) -> Void
    ) {
        self.options = options
        self.canMerge = canMerge
        self.run = run
        state = Mutex(
            State(
                queue: FairQueue(capacity: options.queueCapacity, largeCost: options.largeCost),
                admission: AdmissionControl(workers: options.workers, ratePerSecond: options.ratePerSecond)))
    }

    package func start() {
        for index in 0..<max(options.workers, 1) {
            let thread = Thread { [self] in loop() }
            thread.name = "slipway-run-\(index)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Queues a job, or says why not.
    package func submit(_ job: Job, cost: Int, deadline: UInt64) -> AdmissionControl.Verdict {
        let now = SteadyClock.now()
        let verdict = state.withLock { state -> AdmissionControl.Verdict in
            if state.isStopping { return .queueFull }
            let verdict = state.admission.decide(state.queue, cost: cost, now: now, deadline: deadline)
            guard verdict == .admit else { return verdict }
            return state.queue.push(job, cost: cost, now: now, deadline: deadline) ? .admit : .queueFull
        }
        if verdict == .admit { wake.signal() }
        return verdict
    }

    /// What `submit` would say to a job that came now.
    package func foresee(cost: Int, deadline: UInt64) -> AdmissionControl.Verdict {
        let now = SteadyClock.now()
        return state.withLock {
            $0.isStopping
                ? .queueFull : $0.admission.foresee($0.queue, cost: cost, now: now, deadline: deadline)
        }
    }

    package var queued: Int { state.withLock { $0.queue.count } }
    package var running: Int { state.withLock { $0.running } }

    /// Milliseconds a job that came now would wait.
    package var estimatedWaitMs: Double {
        state.withLock { Double($0.admission.estimateNs(queuedCost: $0.queue.queuedCost, cost: 0)) / 1e6 }
    }

    /// Takes no more jobs; threads end when the queue is empty.
    package func stop() {
        state.withLock { $0.isStopping = true }
        wake.signalAll()
    }

    private func loop() {
        while true {
            let ticket = wake.ticket()
            let taken = take()
            let assignments = taken.assignments
            guard !assignments.isEmpty else {
                if taken.isStopping { return }
                wake.wait(ticket)
                continue
            }
            let start = SteadyClock.now()
            run(taken.spare, assignments)
            let elapsed = SteadyClock.now() - start
            state.withLock { state in
                state.running -= assignments.count
                state.busy -= 1
                if !assignments.contains(where: \.isExpired) {
                    state.admission.observe(cost: taken.cost, elapsedNs: elapsed)
                }
            }
        }
    }

    private func take() -> (assignments: [Assignment], cost: Int, spare: Int, isStopping: Bool) {
        let now = SteadyClock.now()
        return state.withLock { state in
            guard let (entry, isExpired) = state.queue.pop(now: now) else {
                return ([], 0, 0, state.isStopping)
            }
            var cost = entry.cost
            var taken = [Assignment(job: entry.job, queuedNs: now &- entry.enqueued, isExpired: isExpired)]
            while !isExpired, entry.cost < options.largeCost, cost < options.mergedCost,
                let next = state.queue.popSmall(
                    costAtMost: options.mergedCost - cost, now: now, where: { canMerge(entry.job, $0) })
            {
                cost += next.cost
                taken.append(Assignment(job: next.job, queuedNs: now &- next.enqueued, isExpired: false))
            }
            state.running += taken.count
            state.busy += 1
            return (taken, cost, state.queue.isEmpty ? max(0, options.workers - state.busy) : 0, state.isStopping)
        }
    }
}
