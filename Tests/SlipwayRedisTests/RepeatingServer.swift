import Foundation
import SlipwayTestSupport
import Testing

/// Answers whatever comes with the same bytes.
final class RepeatingServer: @unchecked Sendable {
    let port: Int
    private let descriptor: Int32

    init(_ answer: String) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                    ? getsockname(descriptor, $0, &size) : -1
            }
        }
        try #require(status == 0)
        port = Int(address.sin_port.bigEndian)
        let bytes = Array(answer.utf8)
        Thread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4096)
                while recv(connection, &buffer, buffer.count, 0) > 0 {
                    if send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 { break }
                }
                close(connection)
            }
        }.start()
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}

/// A certificate for localhost that is its own authority.
struct TestCertificate {
    let certificate: String
    let key: String

    init(_ folder: TemporaryFolder) throws {
        certificate = folder.path("certificate.pem")
        key = folder.path("key.pem")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
