import Foundation
import Logging
import Metrics
import NIOCore
import SlipwayCore
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling

/// Answers jobs on a compute thread: reads each, runs them together, writes each answer. Between stages, jobs whose caller
/// has gone or whose time is up are dropped.
struct JobRunner: Sendable {
    let metrics: ServingMetrics
    let recorder: RequestRecorder
    let tracer: SpanExporter
    let logger: Logger
    let settings: ServingSettings

    private struct Live {
        let job: ScoringJob
        let body: [UInt8]
        let inference: InferenceRequest?
        let scored: ScoredRequest
        var times: StageTimes
        let start: UInt64
    }

    /// - Parameter threads: threads this run may use: its own, and those that have nothing to do.
    func run(_ assignments: [ComputePool<ScoringJob>.Assignment], threads: Int) {
        guard let model = assignments.first?.job.model else { return }
        model.withSession { session in
            var live: [Live] = []
            for assignment in assignments {
                if let next = prepare(assignment, session, session.request(live.count), threads) { live.append(next) }
            }
            guard live.contains(where: { $0.job.request.ticket.isLive }) else { return }
            execute(&live, session, model, threads)
        }
    }

    // MARK: Reading

    private func prepare(
        _ assignment: ComputePool<ScoringJob>.Assignment, _ session: ScoringSession, _ scored: ScoredRequest,
        _ threads: Int
    ) -> Live? {
        let job = assignment.job
        guard job.request.ticket.isLive else { return nil }
        if assignment.isExpired {
            respond(job, .error(408, "the request waited longer than its time", id: job.request.id))
            return nil
        }
        var times = StageTimes()
        times.queue = assignment.queuedNs
        job.model.metrics.stage(.queue, nanoseconds: assignment.queuedNs)
        let start = SteadyClock.now()
        let items = job.read?.items ?? job.model.items
        do {
            var (body, inference): ([UInt8], InferenceRequest?) = ([], nil)
            switch job.kind {
            case .predict(let encoding):
                body =
                    try job.read?.body
                    ?? job.request.body.withUnsafeReadableBytes {
                        try encoding.decode($0, limit: settings.maxDecompressedBytes)
                    }
                try body.withUnsafeBytes {
                    try session.prepare(
                        $0, items: items, into: scored, explains: explains,
                        threads: min(threads, settings.featureThreads ?? threads))
                }
            case .infer(let headerLength):
                let read =
                    try job.read?.inference
                    ?? job.request.body.withUnsafeReadableBytes {
                        try InferenceRequest($0, headerLength: headerLength)
                    }
                guard isInTime(read, job) else { return nil }
                try InferenceInputs.prepare(read, session, items: items, into: scored)
                guard isInTime(read, job) else { return nil }
                inference = read
            case .call(let encoding):
                guard let read = try job.read?.inference ?? message(job, encoding), isInTime(read, job) else {
                    return nil
                }
                try InferenceInputs.prepare(read, session, items: items, into: scored)
                guard isInTime(read, job) else { return nil }
                inference = read
            }
            times.features = SteadyClock.now() - start
            job.model.metrics.stage(.features, nanoseconds: times.features)
            return Live(job: job, body: body, inference: inference, scored: scored, times: times, start: start)
        } catch {
            fail(job, error)
            return nil
        }
    }

    /// The request of a gRPC call. Nil where it is refused: decompressed, it is too large.
    private func message(_ job: ScoringJob, _ encoding: BodyEncoding) throws -> InferenceRequest? {
        do {
            return try job.message(encoding, limit: settings.maxDecompressedBytes)
        } catch let error as SlipwayError where error.code == .outOfRange {
            respond(job, .error(413, error.description, id: job.request.id))
            return nil
        }
    }

    /// Answers a request whose own timeout has passed.
    private func isInTime(_ inference: InferenceRequest, _ job: ScoringJob) -> Bool {
        guard let timeout = inference.timeoutUs,
            SteadyClock.now() - job.request.ticket.arrival > UInt64(timeout) * 1000
        else { return true }
        respond(job, .error(408, "the request's own timeout has passed", id: job.request.id))
        return false
    }

    /// Whether every request's features are wanted as text, for the log.
    private var explains: Bool? { settings.logsFeatures && settings.requestLogPath != nil ? true : nil }

    // MARK: Running

    private func execute(_ live: inout [Live], _ session: ScoringSession, _ model: ServedModel, _ threads: Int) {
        let start = SteadyClock.now()
        var failed: [Int: any Error] = [:]
        do {
            try session.run(live.count, threads: threads)
        } catch {
            // One bad request must not fail its neighbours.
            for index in live.indices {
                do {
                    if live.count == 1 { throw error }
                    try session.run(only: index)
                } catch { failed[index] = error }
            }
        }
        let elapsed = SteadyClock.now() - start
        metrics.mergedRequests.record(live.count)
        model.metrics.stage(.run, nanoseconds: elapsed)
        model.metrics.add(mappedIDs: live.first?.scored.mappedIDs ?? [:])
        model.statistics.update {
            $0.executions += 1
            $0.computeInfer.add(elapsed)
        }
        for index in live.indices {
            live[index].times.run = elapsed
            if let error = failed[index] {
                fail(live[index].job, error)
            } else {
                answer(&live[index], model)
            }
        }
    }

    // MARK: Answering

    private func answer(_ live: inout Live, _ model: ServedModel) {
        let job = live.job
        let start = SteadyClock.now()
        var response: ServerResponse
        var id = job.request.id
        if let inference = live.inference {
            response = InferenceInputs.reply(inference, live.scored, model, to: job.kind)
        } else {
            id = requestID(live) ?? id
            response = predictReply(live, model)
        }
        live.times.encode = SteadyClock.now() - start
        response.headers += [("X-Model-Version", model.version), ("Server-Timing", live.times.header)]
        let total = respond(job, response, id: id)
        model.metrics.stage(.encode, nanoseconds: live.times.encode)
        model.metrics.add(live.scored)
        let times = live.times
        let rows = live.scored.rowCount
        model.statistics.update {
            $0.success.add(total)
            $0.queue.add(times.queue)
            $0.computeInput.add(times.features)
            $0.computeOutput.add(times.encode)
            $0.inferences += rows
            $0.lastMs = Int(Date().timeIntervalSince1970 * 1000)
        }
        tracer.record(job.request, model: model, status: 200, times: times, started: live.start, total: total)
        recorder.record(
            RequestRecorder.Entry(
                id: id, model: model, body: live.inference == nil ? live.body : nil,
                debugLevel: live.inference == nil ? live.scored.message.debugLevel : 0, totalNs: total, times: times,
                rows: rows, generated: texts(live, live.scored.generatedTexts), raw: texts(live, live.scored.rawTexts)))
    }

    private func requestID(_ live: Live) -> String? {
        for entry in live.scored.message.metadata
        where live.body[entry.key].elementsEqual("request_id".utf8) && !entry.value.isEmpty {
            return String(decoding: live.body[entry.value].prefix(128), as: UTF8.self)
        }
        return nil
    }

    /// Texts by item id.
    private func texts(_ live: Live, _ rows: [String]) -> [(id: String, text: String)] {
        guard live.inference == nil, !rows.isEmpty else { return [] }
        return ScoredRequest.texts(
            rows, ids: live.scored.message.itemIDs.map { String(decoding: live.body[$0], as: UTF8.self) })
    }

    private func predictReply(_ live: Live, _ model: ServedModel) -> ServerResponse {
        let level = live.scored.message.debugLevel
        var reply = PredictReply()
        reply.retrieved = live.scored.retrieved
        // The ids have a field of their own.
        reply.outputs = live.scored.outputs.filter { reply.retrieved == nil || $0.name != Retrieved.idsName }
        if ScoringSession.explains(level) {
            reply.generatedFeatures = texts(live, live.scored.generatedTexts)
            if level == 1 || level == 2 { reply.rawFeatures = texts(live, live.scored.rawTexts) }
        }
        reply.passThrough.append(("model_version", model.version))
        if level == 903 { reply.passThrough.append(("timing_us", live.times.text)) }
        let bytes = live.body.withUnsafeBytes {
            reply.encoded(itemIDs: live.scored.message.itemIDs, in: $0)
        }
        if level == 2 {
            logger.info(
                "tensor shapes",
                metadata: [
                    "request_id": "\(live.job.request.id)",
                    "inputs": "\(live.scored.inputShapes.joined(separator: " "))",
                ])
        }
        return ServerResponse(contentType: "application/octet-stream", body: bytes)
    }

    private func fail(_ job: ScoringJob, _ error: any Error) {
        let response = ServerResponse.error(error, id: job.request.id)
        if response.status >= 500 {
            logger.error(
                "request failed",
                metadata: ["request_id": "\(job.request.id)", "model": "\(job.model.name)", "error": "\(error)"])
        }
        let total = respond(job, response)
        job.model.statistics.update { $0.fail.add(total) }
        tracer.record(
            job.request, model: job.model, status: response.status, times: StageTimes(),
            started: job.request.ticket.arrival, total: total)
    }

    /// Gives the time since the request arrived.
    @discardableResult
    private func respond(_ job: ScoringJob, _ response: ServerResponse, id: String? = nil) -> UInt64 {
        let isLive = job.request.ticket.isLive
        var response = response
        response.headers += [
            ("X-Request-Id", HeaderText.safe(id ?? job.request.id)),
            ("traceparent", job.request.trace.header(isSampled: tracer.samples(job.request.trace))),
        ]
        job.respond(response)
        let total = SteadyClock.now() - job.request.ticket.arrival
        if isLive { job.model.metrics.answered(response.status, nanoseconds: total) }
        return total
    }
}

/// Text of a request that goes into a header of the response.
enum HeaderText {
    /// Visible ASCII only.
    static func safe(_ text: String) -> String {
        String(decoding: text.utf8.prefix(128).map { (0x21...0x7e).contains($0) ? $0 : 0x5f }, as: UTF8.self)
    }
}
