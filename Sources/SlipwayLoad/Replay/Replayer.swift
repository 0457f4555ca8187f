import Foundation
import SlipwayCore
import SlipwayLatency
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling
import Synchronization

/// Sends a log's requests to one side or two and holds the answers against each other.
package struct Replayer: Sendable {
    private let log: RequestLog
    private let first: any ReplaySide
    private let second: (any ReplaySide)?
    private let options: ReplayOptions

    fileprivate struct State: Sendable {
        var next = 0
        var result: ReplayResult
        var parts: [String: ReplayResult.Part] = [:]
        var problem: (any Error)?
    }

    /// - Parameter second: what the first side is held against; nil for no comparison.
    package init(
        _ log: RequestLog, _ first: any ReplaySide, against second: (any ReplaySide)?, _ options: ReplayOptions
    ) {
        self.log = log
        self.first = first
        self.second = second
        self.options = options
    }

    /// Sends every request. Throws `unsupported` for times or features that the log does not hold, `corrupt` for its
    /// records.
    ///
    /// - Parameter progress: called with the requests done so far.
    package func run(progress: @escaping @Sendable (Int) -> Void = { _ in }) throws -> ReplayResult {
        var times: [UInt64]?
        if case .recorded = options.timing { times = try log.times() }
        let sides = [first] + (second.map { [$0] } ?? [])
        let state = Mutex(
            State(result: ReplayResult(sides: sides.map { ReplayResult.Side(description: $0.description) })))
        let start = SteadyClock.now()
        let done = DispatchGroup()
        for _ in 0..<max(1, min(options.threads, log.count)) {
            done.enter()
            let thread = Thread { [times] in
                work(state, times, start, progress)
                done.leave()
            }
            thread.name = "slipway-replay"
            thread.stackSize = 8 << 20
            thread.start()
        }
        done.wait()
        let end = state.withLock { $0 }
        if let problem = end.problem { throw problem }
        var result = end.result
        result.requests = log.count
        result.seconds = Double(SteadyClock.now() - start) / 1e9
        result.parts = end.parts.values.sorted {
            ($1.first, $1.requests, $0.name) < ($0.first, $0.requests, $1.name)
        }
        for index in result.parts.indices where RequestComparison.Stage.isOfFeatures(result.parts[index].stage) {
            result.parts[index].files = Set(sides.flatMap { $0.files(of: result.parts[index].name) }).sorted()
        }
        result.shown.sort { $0.index < $1.index }
        result.shown = Array(result.shown.prefix(options.shownRequests))
        if second is RecordedSide, result.comparedFeatures == 0 {
            throw SlipwayError(
                .unsupported, "the log holds no features to compare with",
                fix: "log them with slipway serve --request-log-features")
        }
        return result
    }

    private func work(
        _ state: borrowing Mutex<State>, _ times: [UInt64]?, _ start: UInt64, _ progress: (Int) -> Void
    ) {
        let sessions = [first.session()] + (second.map { [$0.session()] } ?? [])
        while true {
            let index = state.withLock { state -> Int? in
                guard state.next < log.count, state.problem == nil else { return nil }
                defer { state.next += 1 }
                return state.next
            }
            guard let index else { return }
            let late = wait(for: index, times, start)
            do {
                let record = try log.record(index)
                let compares = second != nil
                var answers: [ReplayAnswer] = []
                var took: [UInt64] = []
                for session in sessions {
                    let begin = SteadyClock.now()
                    answers.append(session.answer(record, explains: compares))
                    took.append((SteadyClock.now() - begin) / 1000)
                }
                let comparison = answers.count == 2 ? RequestComparison(answers[0], answers[1], options) : nil
                let id = comparison?.first == nil ? nil : Self.requestID(record.request)
                let finished = state.withLock { state -> Int in
                    state.result.latestUs = max(state.result.latestUs, late)
                    state.result.requests += 1
                    for side in answers.indices { state.result.sides[side].note(answers[side], took[side]) }
                    if let comparison { state.note(comparison, index, id) }
                    return state.result.requests
                }
                progress(finished)
            } catch {
                state.withLock { if $0.problem == nil { $0.problem = error } }
            }
        }
    }

    /// Sleeps until a request is due; gives the microseconds it is late by.
    private func wait(for index: Int, _ times: [UInt64]?, _ start: UInt64) -> UInt64 {
        guard let times, case .recorded(let speed) = options.timing else { return 0 }
        let due = start + UInt64(Double(times[index]) / max(speed, 1e-9))
        SteadySleep.until(due)
        let now = SteadyClock.now()
        return now > due ? (now - due) / 1000 : 0
    }

    private static func requestID(_ request: [UInt8]) -> String? {
        request.withUnsafeBytes { bytes in
            var message = PredictMessage()
            guard (try? message.read(bytes)) != nil else { return nil }
            for entry in message.metadata where bytes[entry.key].elementsEqual("request_id".utf8) {
                return String(decoding: bytes[entry.value].prefix(128), as: UTF8.self)
            }
            return nil
        }
    }
}

extension ReplayResult.Side {
    fileprivate mutating func note(_ answer: ReplayAnswer, _ microseconds: UInt64) {
        statuses[answer.status, default: 0] += 1
        latency.record(microseconds)
        if let version = answer.modelVersion { versions.insert(version) }
        if firstProblem == nil { firstProblem = answer.problem }
    }
}

extension Replayer.State {
    fileprivate mutating func note(_ comparison: RequestComparison, _ index: Int, _ id: String?) {
        if comparison.hasFeatures { result.comparedFeatures += 1 }
        for (output, size) in comparison.sizes { result.largest[output] = max(result.largest[output] ?? 0, size) }
        guard let first = comparison.first else { return }
        result.differing += 1
        if !comparison.rawFeatures.isEmpty { result.differingRaw += 1 }
        if !comparison.generatedFeatures.isEmpty { result.differingGenerated += 1 }
        if comparison.hasOtherItems { result.differingItems += 1 }
        if !comparison.outputs.isEmpty { result.differingScores += 1 }
        for name in comparison.rawFeatures { change(.raw, name) { $0.requests += 1 } }
        for name in comparison.generatedFeatures { change(.generated, name) { $0.requests += 1 } }
        for name in comparison.outputs { change(.score, name) { $0.requests += 1 } }
        if comparison.hasOtherItems { change(.items, Retrieved.idsName) { $0.requests += 1 } }
        if first.stage == .answer { change(.answer, first.name) { $0.requests += 1 } }
        change(first.stage, first.name) { $0.first += 1 }
        // Workers are a few requests apart at most: the first of the log are among these.
        guard result.shown.count < 10_000 else { return }
        result.shown.append(
            ReplayResult.Request(
                index: index, id: id, stage: first.stage.rawValue, name: first.name, item: first.item,
                first: first.first, second: first.second))
    }

    private mutating func change(
        _ stage: RequestComparison.Stage, _ name: String, _ body: (inout ReplayResult.Part) -> Void
    ) {
        body(&parts["\(stage.rawValue) \(name)", default: ReplayResult.Part(stage: stage.rawValue, name: name)])
    }
}
