package import NIOCore
package import SlipwayProtocol

/// Takes messages out of the bytes of a gRPC call, where each stands behind a flag and its length.
package struct MessageReader {
    package struct Message: Equatable, Sendable {
        package let bytes: ByteBuffer
        package let isCompressed: Bool

        package init(bytes: ByteBuffer, isCompressed: Bool) {
            self.bytes = bytes
            self.isCompressed = isCompressed
        }
    }

    private static let prefixBytes = 5
    private let limitBytes: Int
    private var buffer = ByteBuffer()

    /// - Parameter limitBytes: of one message.
    package init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Whether there are bytes of a message that is not whole, or was not taken.
    package var hasRest: Bool { sizeBytes > 0 }

    /// Bytes it holds.
    package var sizeBytes: Int { buffer.readableBytes }

    package mutating func append(_ part: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = part
        } else {
            buffer.writeImmutableBuffer(part)
        }
    }

    /// The next message; nil until it is whole. Throws what is to be said of one that is too long or none at all, as soon as
    /// that can be seen.
    package mutating func next() throws(GRPCStatus) -> Message? {
        let start = buffer.readerIndex
        guard let flag = buffer.getInteger(at: start, as: UInt8.self),
            let length = buffer.getInteger(at: start + 1, as: UInt32.self)
        else { return nil }
        guard flag <= 1 else {
            throw GRPCStatus(.invalidArgument, "a message begins with the byte \(flag), where 0 or 1 is due")
        }
        guard length <= limitBytes else {
            throw GRPCStatus(
                .resourceExhausted,
                "the message has \(length) bytes, \(limitBytes) are allowed; raise max_body_bytes or send less")
        }
        guard buffer.readableBytes >= Self.prefixBytes + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: Self.prefixBytes)
        guard let bytes = buffer.readSlice(length: Int(length)) else { return nil }
        // What follows must not be appended to memory that the message holds.
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        return Message(bytes: bytes, isCompressed: flag == 1)
    }
}
