import Foundation

/// Sockets on 127.0.0.1. They live here because this target knows no other networking library, whose C modules declare the same
/// structures again.
package enum LoopbackSocket {
    package struct Failure: Error {
        package let what: String
        package let port: Int
        package let code: Int32
    }

    /// A connection to `port` whose reads wait for so long at most.
    package static func connect(port: Int, timeoutSeconds: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket", port: port, code: errno) }
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = withAddress(port) { Foundation.connect(descriptor, $0, $1) }
        guard status == 0 else {
            defer { close(descriptor) }
            throw Failure(what: "connect", port: port, code: errno)
        }
        return descriptor
    }

    /// A socket that listens on any port, and that port.
    package static func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0, withAddress(0, { bind(descriptor, $0, $1) }) == 0, Foundation.listen(descriptor, 64) == 0
        else { throw Failure(what: "listen", port: 0, code: errno) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { throw Failure(what: "getsockname", port: 0, code: errno) }
        return (descriptor, Int(address.sin_port.bigEndian))
    }

    /// A port that nobody listens on at the moment, for programs that cannot choose one themselves.
    package static func freePort() throws -> Int {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }

    private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
