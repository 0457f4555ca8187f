import NIOCore
import SlipwayProtocol

/// A request to be scored, as it waits in the queue.
struct ScoringJob: Sendable {
    enum Kind: Sendable {
        /// A `PBRequest`, compressed so.
        case predict(BodyEncoding)
        /// An Open Inference Protocol request; bytes of JSON in front of raw tensors, where there are any.
        case infer(headerLength: Int?)
        /// The same as a `ModelInferRequest` of gRPC, compressed so.
        case call(BodyEncoding)
    }

    let kind: Kind
    let model: ServedModel
    let request: ServerRequest
    let respond: Responder
    /// What was read of it already, while its items were fetched.
    var read: ReadRequest?

    /// What a request costs however short it is, in bytes of a longer one.
    static let baseCost = 4096

    /// Work to expect, for turns and estimates: the request's bytes, compressed ones for several.
    var cost: Int {
        switch kind {
        case .predict(let encoding), .call(let encoding):
            return Self.cost(bytes: request.body.readableBytes, encoding)
        case .infer: return Self.cost(bytes: request.body.readableBytes, .identity)
        }
    }

    /// The body as a `ModelInferRequest`, compressed so. Throws `outOfRange` where it is larger than `limit`.
    func message(_ encoding: BodyEncoding, limit: Int) throws -> InferenceRequest {
        try request.body.withUnsafeReadableBytes { bytes in
            if encoding == .identity { return try InferenceRequest(message: bytes) }
            return try encoding.decode(bytes, limit: limit).withUnsafeBytes { try InferenceRequest(message: $0) }
        }
    }

    static func cost(bytes: Int, _ encoding: BodyEncoding) -> Int {
        baseCost + min(bytes, 1 << 40) * (encoding == .identity ? 1 : 4)
    }
}

/// What one request took, in nanoseconds.
struct StageTimes: Sendable {
    var queue: UInt64 = 0
    var features: UInt64 = 0
    var run: UInt64 = 0
    var encode: UInt64 = 0

    /// `Server-Timing`, in milliseconds.
    var header: String {
        [("queue", queue), ("features", features), ("run", run), ("encode", encode)].map {
            "\($0.0);dur=\(Double($0.1 / 1000) / 1000)"
        }.joined(separator: ", ")
    }

    var text: String {
        "queue=\(queue / 1000) features=\(features / 1000) run=\(run / 1000) encode=\(encode / 1000)"
    }
}
