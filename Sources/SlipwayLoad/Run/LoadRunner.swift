import Foundation
package import NIOCore
import SlipwayLatency
import SlipwayScheduling
import Synchronization

/// Sends requests when they are due, whatever became of those before (an open loop), and measures each from then on.
package struct LoadRunner: Sendable {
    private let client: ServerClient
    private let bodies: [ByteBuffer]
    let stop: StopRequest

    fileprivate struct State: Sendable {
        var result: LoadResult
        var open = 0
        var isDone = false
    }

    /// A run's counts, shared with the network's threads.
    fileprivate final class Recorder: Sendable {
        let state: Mutex<State>
        let finished = DispatchSemaphore(value: 0)

        init(_ result: LoadResult) { state = Mutex(State(result: result)) }
    }

    /// - Parameter bodies: `PBRequest`s, sent in turn; at least one.
    package init(_ client: ServerClient, bodies: [ByteBuffer], stop: StopRequest = StopRequest()) {
        self.client = client
        self.bodies = bodies
        self.stop = stop
    }

    /// At most this many pieces of time: plots need no more.
    private static let mostIntervals = 240.0

    private static func steps(of schedule: ArrivalSchedule) -> [LoadResult.Step] {
        var start = 0.0
        return schedule.steps.map { step in
            defer { start += step.seconds }
            return LoadResult.Step(
                rate: step.rate, seconds: step.seconds, isWarmUp: step.isWarmUp, startSeconds: start)
        }
    }

    /// Returns at `due`, or soon after a stop was asked for.
    private func wait(until due: UInt64) {
        let piece: UInt64 = 50_000_000
        while !stop.isAsked, due > SteadyClock.now() + piece { SteadySleep.until(SteadyClock.now() + piece) }
        if !stop.isAsked { SteadySleep.until(due) }
    }

    /// Runs the schedule to its end, or to a stop, and waits for the last answer.
    ///
    /// - Parameter progress: called with each request's time in the run, in seconds, before it is sent.
    package func run(_ schedule: ArrivalSchedule, progress: (Double) -> Void = { _ in }) -> LoadResult {
        let interval = max(1, (schedule.seconds / Self.mostIntervals).rounded(.up))
        let recorder = Recorder(
            LoadResult(
                steps: Self.steps(of: schedule),
                intervals: [], intervalSeconds: interval))
        // A moment to get going: the first request must not be late already.
        let start = SteadyClock.now() + 5_000_000
        var index = 0
        for arrival in schedule {
            let due = start + arrival.ns
            progress(Double(arrival.ns) / 1e9)
            wait(until: due)
            if stop.isAsked { break }
            let now = SteadyClock.now()
            recorder.begin(arrival, lateUs: now > due ? (now - due) / 1000 : 0)
            client.send(bodies[index % bodies.count], dueNs: due) { reply in
                recorder.end(reply, arrival, start: start)
            }
            index += 1
        }
        let end = Double(SteadyClock.now() - min(start, SteadyClock.now())) / 1e9
        let wasStopped = stop.isAsked
        recorder.waitForAll()
        return recorder.state.withLock { state in
            if wasStopped { state.result.stop(atSeconds: end) }
            state.result.seconds = Double(SteadyClock.now() - start) / 1e9
            return state.result
        }
    }
}

extension LoadRunner.Recorder {
    fileprivate func begin(_ arrival: ArrivalSchedule.Arrival, lateUs: UInt64) {
        state.withLock { state in
            state.open += 1
            state.result.mostOpen = max(state.result.mostOpen, state.open)
            state.result.steps[arrival.step].measure.sent += 1
            let late = state.result.steps[arrival.step].measure.lateUs
            state.result.steps[arrival.step].measure.lateUs = max(late, lateUs)
            let place = state.result.interval(atNs: arrival.ns)
            state.result.intervals[place].due += 1
        }
    }

    fileprivate func end(_ reply: ClientReply, _ arrival: ArrivalSchedule.Arrival, start: UInt64) {
        let isLast = state.withLock { state -> Bool in
            state.open -= 1
            state.result.steps[arrival.step].measure.note(reply)
            let due = state.result.interval(atNs: arrival.ns)
            let finished = reply.finishedNs > start ? reply.finishedNs - start : 0
            let last = state.result.steps[arrival.step].lastSeconds
            state.result.steps[arrival.step].lastSeconds = max(last, Double(finished) / 1e9)
            let came = state.result.interval(atNs: finished)
            var isScored = false
            var counts = false
            switch reply.outcome {
            case .answer(let answer): (isScored, counts) = (answer.status == 200, answer.status == 200)
            case .timeout: counts = true
            case .failure: break
            }
            if counts { state.result.intervals[due].latency.record(reply.latencyUs) }
            if isScored { state.result.intervals[came].scored += 1 } else { state.result.intervals[came].failed += 1 }
            return state.isDone && state.open == 0
        }
        if isLast { finished.signal() }
    }

    fileprivate func waitForAll() {
        let isIdle = state.withLock { state -> Bool in
            state.isDone = true
            return state.open == 0
        }
        if !isIdle { finished.wait() }
    }
}

extension LoadResult {
    /// The piece of time that `ns` after the start lies in, made where it is not there yet.
    fileprivate mutating func interval(atNs ns: UInt64) -> Int {
        let index = Int(Double(ns) / 1e9 / intervalSeconds)
        while intervals.count <= index { intervals.append(Interval()) }
        return index
    }
}
