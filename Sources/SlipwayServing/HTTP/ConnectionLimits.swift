import NIOCore

/// What a connection may take: bytes and time.
struct ConnectionLimits: Sendable {
    var maxBodyBytes = 64 << 20
    /// Of the messages that all calls of a gRPC connection have sent in part.
    var maxHeldBytes: Int { 4 * maxBodyBytes }
    /// Rest of a refused request that is read and dropped, so that the connection can go on.
    var maxDroppedBytes = 1 << 20
    /// From the first byte of a request to its last.
    var receiveTimeout = TimeAmount.seconds(10)
    /// Without a request; clients keep connections for ten minutes.
    var idleTimeout = TimeAmount.seconds(660)
    /// For a client to take a response.
    var sendTimeout = TimeAmount.seconds(30)
    /// For a client to read the answer to a request that was refused before it was here.
    var lingerTimeout = TimeAmount.seconds(2)
    /// Without a word from a client with gRPC calls under way, until it is asked whether it is there.
    var silenceTimeout = TimeAmount.seconds(60)
    /// For it to say so.
    var pingTimeout = TimeAmount.seconds(20)
    /// From the arrival of a request to its answer.
    var requestTimeout = TimeAmount.milliseconds(5000)
}
