import CSlipwayRedis

/// What a server answers to a command.
package enum RedisReply: Sendable, Hashable {
    case null
    case text([UInt8])
    case integer(Int64)
    case array([RedisReply])
    case error(String)

    package var string: String? {
        guard case .text(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var elements: [RedisReply]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var number: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// The word an error begins with, such as `MOVED`.
    package var errorWord: Substring? {
        guard case .error(let text) = self else { return nil }
        return text.prefix { $0 != " " }
    }

    init(_ reply: UnsafePointer<redisReply>) {
        let reply = reply.pointee
        switch reply.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .text(Self.bytes(reply))
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_ERROR: self = .error(String(decoding: Self.bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            var elements: [RedisReply] = []
            elements.reserveCapacity(reply.elements)
            for index in 0..<reply.elements {
                if let element = reply.element?[index] { elements.append(RedisReply(element)) }
            }
            self = .array(elements)
        default: self = .null
        }
    }

    private static func bytes(_ reply: redisReply) -> [UInt8] {
        guard let text = reply.str else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: reply.len))
    }
}

/// Replies out of bytes as they come.
final class RedisReplies {
    private let reader: UnsafeMutablePointer<redisReader>
    private var received = 0
    private let limitBytes: Int

    /// - Parameter limitBytes: bytes taken between two calls of `begin`.
    /// - Throws: `unreachable` without memory.
    init(limitBytes: Int) throws(RedisFailure) {
        guard let reader = redisReaderCreate() else { throw .unreachable("there is no memory for a connection") }
        self.reader = reader
        self.limitBytes = limitBytes
    }

    deinit { redisReaderFree(reader) }

    func begin() { received = 0 }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisFailure) {
        received += bytes.count
        guard received <= limitBytes else { throw .malformed("the replies are longer than \(limitBytes) bytes") }
        let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard redisReaderFeed(reader, text, bytes.count) == REDIS_OK else { throw problem() }
    }

    /// The next reply that has come whole.
    func next() throws(RedisFailure) -> RedisReply? {
        var found: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &found) == REDIS_OK else { throw problem() }
        guard let found else { return nil }
        defer { freeReplyObject(found) }
        return RedisReply(UnsafePointer(found.assumingMemoryBound(to: redisReply.self)))
    }

    private func problem() -> RedisFailure {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return .malformed(text)
    }
}
