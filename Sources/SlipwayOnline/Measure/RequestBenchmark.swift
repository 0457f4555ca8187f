import SlipwayProtocol
import SlipwayScheduling

/// One recorded request again and again on one thread, without a server: how long its stages take.
package struct RequestBenchmark {
    /// Nanoseconds of each run.
    package struct Times: Sendable {
        /// Reading the message, item features and feature generation.
        package var features: [UInt64] = []
        /// The model, and its outputs cut to the request.
        package var run: [UInt64] = []
        /// Writing the response.
        package var encode: [UInt64] = []
        /// The model's predictor alone, its inputs ready: what the other stages are measured against.
        package var predictor: [UInt64] = []
        package var candidates = 0
    }

    /// Throws as a session does for the request.
    package static func run(_ model: ScoringModel, _ body: [UInt8], runs: Int) throws -> Times {
        let session = ScoringSession(model)
        let request = session.request(0)
        var times = Times()
        try body.withUnsafeBytes { bytes in
            for index in -10..<max(runs, 1) {
                let start = SteadyClock.now()
                try session.prepare(bytes, items: nil, into: request)
                let prepared = SteadyClock.now()
                try session.run(1)
                let ran = SteadyClock.now()
                var reply = PredictReply()
                reply.outputs = request.outputs
                _ = reply.encoded(itemIDs: request.message.itemIDs, in: bytes)
                let encoded = SteadyClock.now()
                try session.runPredictor()
                let end = SteadyClock.now()
                // The first ones make memory and caches ready.
                guard index >= 0 else { continue }
                times.features.append(prepared - start)
                times.run.append(ran - prepared)
                times.encode.append(encoded - ran)
                times.predictor.append(end - encoded)
            }
        }
        times.candidates = request.rowCount
        return times
    }
}
