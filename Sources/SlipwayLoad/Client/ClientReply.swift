/// What became of a request.
package struct ClientReply: Sendable {
    package enum Outcome: Sendable {
        case answer(ClientAnswer)
        /// No answer within the request's time.
        case timeout
        /// No answer at all, and why in a few words.
        case failure(String)
    }

    package let outcome: Outcome
    /// When it was due, on the steady clock.
    package let dueNs: UInt64
    package let finishedNs: UInt64

    /// From when it was due, not from when it was sent: a request that had to wait for its turn waited for the server.
    package var latencyUs: UInt64 { finishedNs > dueNs ? (finishedNs - dueNs) / 1000 : 0 }
}

/// An answer of a server.
package struct ClientAnswer: Sendable {
    package let status: Int
    /// Empty where bodies are not kept.
    package let body: [UInt8]
    package let bodyBytes: Int
    /// `X-Model-Version`.
    package let modelVersion: String?
}
