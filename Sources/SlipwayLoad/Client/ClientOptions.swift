/// How a server is talked to.
package struct ClientOptions: Sendable {
    /// Sent as `Authorization` where there is one.
    package var token: String?
    /// Open connections at most; a request beyond them waits for one.
    package var connections = 64
    /// Time for a request from when it was due, waiting for a connection included.
    package var timeoutMs = 5000
    /// PEM file with the authorities that vouch for the server; the system's otherwise.
    package var authorities: String?
    /// Whether bodies of answers are kept, or only counted.
    package var keepsBodies = true
    /// Threads of the network.
    package var threads = 1
    /// Bytes of an answer at most.
    package var largestAnswer = 256 << 20

    package init() {}
}
