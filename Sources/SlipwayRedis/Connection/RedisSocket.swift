import CSlipwayRedis
import Foundation

/// A socket to one server, plain or TLS, that never waits: what cannot be done at once says what to wait for.
final class RedisSocket {
    enum Step: Equatable {
        case done
        /// Events to wait for, as poll has them.
        case waits(Int16)
    }

    let descriptor: Int32
    private var tls: OpaquePointer?
    private var isConnected = false
    private var hasShakenHands: Bool

    /// Begins to connect.
    init(_ place: SocketPlace, host: String, tls context: RedisTLS?) throws(RedisFailure) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(place.family, kind, 0)
        guard descriptor >= 0 else { throw Self.unreachable() }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
        let status = place.bytes.withUnsafeBytes { bytes -> Int32 in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return connect(descriptor, address, socklen_t(bytes.count))
        }
        guard status == 0 || errno == EINPROGRESS else {
            let failure = Self.unreachable()
            close(descriptor)
            throw failure
        }
        var problem: UnsafeMutablePointer<CChar>?
        if let context {
            guard let tls = slr_tls_new(context.context, descriptor, host, &problem) else {
                close(descriptor)
                throw .unreachable(RedisTLS.text(problem))
            }
            self.tls = tls
        }
        hasShakenHands = context == nil
        self.descriptor = descriptor
    }

    deinit {
        if let tls { slr_tls_free(tls) }
        close(descriptor)
    }

    private static func unreachable() -> RedisFailure { .unreachable(String(cString: strerror(errno))) }

    /// Goes on connecting; called when the socket can be written, and again as it says.
    func connected() throws(RedisFailure) -> Step {
        if !isConnected {
            var problem: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size)
            guard problem == 0 else { throw .unreachable(String(cString: strerror(problem))) }
            isConnected = true
        }
        guard !hasShakenHands, let tls else { return .done }
        var problem: UnsafeMutablePointer<CChar>?
        let step = try Self.step(slr_tls_handshake(tls, &problem), problem)
        hasShakenHands = step == .done
        return step
    }

    func write(_ bytes: UnsafeRawBufferPointer, _ count: inout Int) throws(RedisFailure) -> Step {
        count = 0
        if let tls {
            var problem: UnsafeMutablePointer<CChar>?
            return try Self.step(slr_tls_write(tls, bytes.baseAddress, bytes.count, &count, &problem), problem)
        }
        let sent = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if sent >= 0 {
            count = sent
            return .done
        }
        guard errno == EAGAIN || errno == EINTR else { throw .closed }
        return .waits(Int16(POLLOUT))
    }

    func read(_ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) throws(RedisFailure) -> Step {
        count = 0
        if let tls {
            var problem: UnsafeMutablePointer<CChar>?
            return try Self.step(slr_tls_read(tls, buffer.baseAddress, buffer.count, &count, &problem), problem)
        }
        let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        guard received != 0 else { throw .closed }
        if received > 0 {
            count = received
            return .done
        }
        guard errno == EAGAIN || errno == EINTR else { throw .closed }
        return .waits(Int16(POLLIN))
    }

    private static func step(
        _ status: Int32, _ problem: UnsafeMutablePointer<CChar>?
    ) throws(RedisFailure) -> Step {
        switch slr_status(UInt32(bitPattern: status)) {
        case SLR_DONE: return .done
        case SLR_WANT_READ: return .waits(Int16(POLLIN))
        case SLR_WANT_WRITE: return .waits(Int16(POLLOUT))
        case SLR_CLOSED: throw .closed
        default: throw .unreachable(RedisTLS.text(problem))
        }
    }
}
