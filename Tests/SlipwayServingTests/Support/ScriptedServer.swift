import Foundation
import SlipwayTestSupport
import Synchronization
import Testing

/// A server on any port whose answers a test decides, one connection a thread.
final class ScriptedServer: Sendable {
    enum Action: Sendable {
        /// After so many milliseconds.
        case answer(Int, afterMs: Int = 0, headers: String = "", body: [UInt8] = [])
        /// The connection ends without an answer.
        case hangUp
        /// An answer, and then the connection ends without a word about it.
        case answerAndHangUp(Int)
        /// Bytes as they are.
        case raw(String)
        case silence
    }

    let port: Int
    private let listener: Int32
    private let requests = Mutex(0)
    private let connections = Mutex<[Int32]>([])
    private let script: @Sendable (_ request: Int) -> Action

    /// - Parameter script: what happens to request number `request` of all.
    init(_ script: @escaping @Sendable (_ request: Int) -> Action) throws {
        self.script = script
        let (listener, port) = try LoopbackSocket.listen()
        self.listener = listener
        self.port = port
        let thread = Thread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0, let self else { return }
                connections.withLock { $0.append(descriptor) }
                Thread { [weak self] in self?.serve(descriptor) }.start()
            }
        }
        thread.start()
    }

    var seen: Int { requests.withLock { $0 } }
    var connectionCount: Int { connections.withLock { $0.count } }

    private func serve(_ descriptor: Int32) {
        var buffer: [UInt8] = []
        while readRequest(descriptor, &buffer) {
            let number = requests.withLock { count in
                defer { count += 1 }
                return count
            }
            switch script(number) {
            case .answer(let status, let afterMs, let headers, let body):
                usleep(UInt32(afterMs) * 1000)
                write(descriptor, "HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n\(headers)\r\n", body)
            case .answerAndHangUp(let status):
                write(descriptor, "HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n")
                usleep(50_000)
                shutdown(descriptor, Int32(SHUT_RDWR))
                return
            case .hangUp:
                shutdown(descriptor, Int32(SHUT_RDWR))
                return
            case .raw(let text): write(descriptor, text)
            case .silence: break
            }
        }
    }

    private func write(_ descriptor: Int32, _ head: String, _ body: [UInt8] = []) {
        let bytes = Array(head.utf8) + body
        _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Takes a whole request off the buffer.
    private func readRequest(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Bool {
        while true {
            let text = String(decoding: buffer, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n"),
                let length = text.firstMatch(of: /Content-Length: ([0-9]+)/).flatMap({ Int($0.output.1) })
            {
                let head = text[..<end.upperBound].utf8.count
                if buffer.count >= head + length {
                    buffer.removeFirst(head + length)
                    return true
                }
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return false }
            buffer += chunk[..<count]
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for descriptor in connections.withLock({ $0 }) {
            shutdown(descriptor, Int32(SHUT_RDWR))
            close(descriptor)
        }
    }
}
