import Foundation
import Logging
import Metrics
import NIOCore
import NIOHTTP1
import NIOPosix
import SlipwayCore
import SlipwayProtocol
import SlipwayScheduling
import Synchronization

/// Sends spans of requests to an OTLP/HTTP collector, as JSON, in batches. Without an endpoint it does nothing.
final class SpanExporter: Sendable {
    private struct Endpoint: Sendable {
        let host: String
        let port: Int
        let path: String
    }

    private let endpoint: Endpoint?
    private let ratio: Double
    private let group: any EventLoopGroup
    private let metrics: ServingMetrics
    private let logger: Logger
    private let pending = Mutex<[String]>([])
    private let isStopped = Mutex(false)
    private static let batch = 512
    private static let limit = 8192

    /// Throws `invalidConfig` for an address that is no `http://` one.
    init(
        endpoint: String?, ratio: Double, group: any EventLoopGroup, metrics: ServingMetrics, logger: Logger
    ) throws {
        self.ratio = ratio
        self.group = group
        self.metrics = metrics
        self.logger = logger
        self.endpoint = try endpoint.map { text in
            guard let url = URLComponents(string: text), url.scheme == "http", let host = url.host, !host.isEmpty else {
                throw SlipwayError(
                    .invalidConfig, "trace_endpoint is \"\(text)\"",
                    fix: "use http://HOST:4318, a collector on this network")
            }
            let path = url.path.isEmpty || url.path == "/" ? "/v1/traces" : url.path
            return Endpoint(host: host, port: url.port ?? 4318, path: path)
        }
    }

    /// Whether a request's spans are sent: as its caller decided, else by a share of the trace ids.
    func samples(_ trace: TraceContext) -> Bool {
        guard endpoint != nil else { return trace.isSampledByCaller ?? false }
        if let decided = trace.isSampledByCaller { return decided }
        return trace.share < ratio
    }

    /// Notes a request and its stages.
    ///
    /// - Parameters:
    ///   - started: when a compute thread took it, on the steady clock.
    ///   - total: nanoseconds from arrival to answer.
    func record(
        _ request: ServerRequest, model: ServedModel, status: Int, times: StageTimes, started: UInt64, total: UInt64
    ) {
        guard endpoint != nil, samples(request.trace) else { return }
        let now = SteadyClock.now()
        let wall = UInt64(Date().timeIntervalSince1970 * 1e9)
        let offset = wall &- now
        let begin = request.ticket.arrival &+ offset
        let trace = request.trace
        var spans = [
            Self.span(
                trace.traceID, trace.spanID, trace.parentID, "predict \(model.name)", kind: 2, begin, begin &+ total,
                [
                    ("http.request.method", "POST"), ("slipway.model.version", model.version),
                    ("slipway.request_id", request.id),
                ],
                number: ("http.response.status_code", status), isError: status >= 500)
        ]
        var start = started &+ offset
        spans.append(stage(trace, "queue", start &- times.queue, start))
        for (name, time) in [("features", times.features), ("run", times.run), ("encode", times.encode)] where time > 0
        {
            spans.append(stage(trace, name, start, start &+ time))
            start &+= time
        }
        let kept = spans
        let isKept = pending.withLock { pending -> Bool in
            guard pending.count + kept.count <= Self.limit else { return false }
            pending += kept
            return true
        }
        if !isKept { metrics.spansDropped.increment(by: kept.count) }
    }

    private func stage(_ trace: TraceContext, _ name: String, _ begin: UInt64, _ end: UInt64) -> String {
        Self.span(
            trace.traceID, TraceContext.newSpanID(), trace.spanID, name, kind: 1, begin, end, [], number: nil,
            isError: false)
    }

    private static func span(
        _ trace: String, _ id: String, _ parent: String?, _ name: String, kind: Int, _ begin: UInt64, _ end: UInt64,
        _ texts: [(String, String)], number: (String, Int)?, isError: Bool
    ) -> String {
        var attributes = texts.map {
            "{\"key\":\(JSONString.quoted($0.0)),\"value\":{\"stringValue\":\(JSONString.quoted($0.1))}}"
        }
        if let number { attributes.append("{\"key\":\"\(number.0)\",\"value\":{\"intValue\":\"\(number.1)\"}}") }
        let parentField = parent.map { "\"parentSpanId\":\"\($0)\"," } ?? ""
        return "{\"traceId\":\"\(trace)\",\"spanId\":\"\(id)\",\(parentField)\"name\":\(JSONString.quoted(name)),"
            + "\"kind\":\(kind),\"startTimeUnixNano\":\"\(begin)\",\"endTimeUnixNano\":\"\(end)\","
            + "\"attributes\":[\(attributes.joined(separator: ","))],\"status\":{\"code\":\(isError ? 2 : 0)}}"
    }

    // MARK: Sending

    func start() {
        guard endpoint != nil else { return }
        scheduleNext()
    }

    private func scheduleNext() {
        group.next().scheduleTask(in: .seconds(1)) { [self] in
            guard !isStopped.withLock({ $0 }) else { return }
            flush().whenComplete { _ in self.scheduleNext() }
        }
    }

    /// Sends what is left, a few seconds at most.
    func stop() {
        isStopped.withLock { $0 = true }
        guard endpoint != nil else { return }
        let done = DispatchSemaphore(value: 0)
        flush().whenComplete { _ in done.signal() }
        _ = done.wait(timeout: .now() + 3)
    }

    private func flush() -> EventLoopFuture<Void> {
        let spans = pending.withLock { pending -> [String] in
            let batch = Array(pending.prefix(Self.batch))
            pending.removeFirst(batch.count)
            return batch
        }
        let loop = group.next()
        guard let endpoint, !spans.isEmpty else { return loop.makeSucceededVoidFuture() }
        let body =
            "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
            + "{\"stringValue\":\"slipway\"}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"slipway\"},"
            + "\"spans\":[\(spans.joined(separator: ","))]}]}]}"
        return OneRequest.post(host: endpoint.host, port: endpoint.port, path: endpoint.path, json: body, on: loop)
            .flatMapThrowing { [self] status in
                guard (200..<300).contains(status) else {
                    throw SlipwayError(.ioFailure, "the collector answered \(status)")
                }
                metrics.spansSent.increment(by: spans.count)
            }
            .flatMapErrorThrowing { [self] error in
                metrics.spansDropped.increment(by: spans.count)
                logger.debug("spans were not sent", metadata: ["error": "\(error)"])
            }
    }
}

/// An HTTP request on a connection of its own.
enum OneRequest {
    /// The status of the answer, which has five seconds to come.
    static func post(
        host: String, port: Int, path: String, json: String, on loop: any EventLoop
    ) -> EventLoopFuture<Int> {
        let answer = loop.makePromise(of: Int.self)
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(2)).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer))
            }
        }
        let timeout = loop.scheduleTask(in: .seconds(5)) {
            answer.fail(SlipwayError(.ioFailure, "no answer within 5 s"))
        }
        bootstrap.connect(host: host, port: port).whenComplete { result in
            switch result {
            case .failure(let error): answer.fail(error)
            case .success(let channel):
                var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path)
                head.headers.add(name: "Host", value: "\(host):\(port)")
                head.headers.add(name: "Content-Type", value: "application/json")
                head.headers.add(name: "Content-Length", value: "\(json.utf8.count)")
                head.headers.add(name: "Connection", value: "close")
                channel.write(HTTPClientRequestPart.head(head), promise: nil)
                channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: json))), promise: nil)
                channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            }
        }
        return answer.futureResult.always { _ in timeout.cancel() }
    }

    private final class AnswerHandler: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private let answer: EventLoopPromise<Int>

        init(_ answer: EventLoopPromise<Int>) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): answer.succeed(Int(head.status.code))
            case .end: context.close(promise: nil)
            case .body: break
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            answer.fail(SlipwayError(.ioFailure, "the connection ended without an answer"))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            answer.fail(error)
            context.close(promise: nil)
        }
    }
}
