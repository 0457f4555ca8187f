import Foundation
import SlipwayTestSupport
import Testing

/// A blocking HTTP/1 client over one socket, which may misbehave as a test asks.
///
/// `@unchecked Sendable`: one thread sends while another receives, at most.
final class RawHTTP: @unchecked Sendable {
    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private var descriptor: Int32
    private var buffer: [UInt8] = []
    /// Whether nothing came in time: the connection may be open still.
    private(set) var hasWaitedInVain = false

    init(port: Int, timeoutSeconds: Int = 120) throws {
        descriptor = try LoopbackSocket.connect(port: port, timeoutSeconds: timeoutSeconds)
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []) {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        send(Array((head + "\r\n").utf8) + body)
    }

    /// The next answer; nil when the connection ends, or nothing comes in time.
    func receive() -> Answer? {
        while true {
            if let end = headEnd() {
                let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    if parts.count == 2 {
                        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                    }
                }
                let length = Int(headers["content-length"] ?? "0") ?? 0
                while buffer.count < end + 4 + length { guard fill() else { return nil } }
                let body = Array(buffer[(end + 4)..<(end + 4 + length)])
                buffer.removeFirst(end + 4 + length)
                if status == 100 { continue }
                return Answer(status: status, headers: headers, body: body)
            }
            guard fill() else { return nil }
        }
    }

    /// The next bytes, so many; nil when the connection ends, or they do not come in time.
    func bytes(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 0...(buffer.count - 4) where buffer[index..<index + 4].elementsEqual([13, 10, 13, 10]) {
            return index
        }
        return nil
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EAGAIN { hasWaitedInVain = true }
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    func ask(_ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []) throws -> Answer {
        send(method, path, headers: headers, body: body)
        return try #require(
            receive(), "no answer to \(method) \(path): \(hasWaitedInVain ? "nothing came" : "the connection ended")")
    }

    /// Sends nothing more, and still reads.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        if descriptor >= 0 { Foundation.close(descriptor) }
        descriptor = -1
    }

    deinit { close() }
}
