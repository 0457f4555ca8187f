import Foundation
import NIOCore
import NIOHPACK
import Testing

/// A blocking HTTP/2 client over one socket that makes gRPC calls, and may misbehave as a test asks.
final class RawHTTP2 {
    struct Frame {
        let type: UInt8
        let flags: UInt8
        let stream: Int
        let payload: [UInt8]

        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7

        /// GOAWAY's last stream and error code.
        var lastStream: Int { number(0) & 0x7fff_ffff }
        var goAwayCode: Int { number(4) }
        /// RST_STREAM's error code.
        var resetCode: Int { number(0) }

        private func number(_ start: Int) -> Int { payload.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
    }

    /// What came back on a stream.
    struct Answer {
        var headers: [String: String] = [:]
        var messages: [[UInt8]] = []
        var isReset = false

        var status: Int? { headers["grpc-status"].flatMap { Int($0) } }
        var message: String { headers["grpc-message"]?.removingPercentEncoding ?? "" }
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let socket: RawHTTP
    private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var answers: [Int: Answer] = [:]
    private var unread: [Int: [UInt8]] = [:]
    private var ended: Set<Int> = []
    /// Frames of the connection itself, but for settings and the server's pings.
    private(set) var own: [Frame] = []
    /// Whether the server's pings are answered.
    var answersPings = true

    /// - Parameter speaks: whether it begins as HTTP/2 says.
    init(port: Int, timeoutSeconds: Int = 30, speaks: Bool = true) throws {
        socket = try RawHTTP(port: port, timeoutSeconds: timeoutSeconds)
        if speaks { socket.send(Self.preface + Self.frame(Frame.settings, 0, 0, [])) }
    }

    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]) -> [UInt8] {
        let size = payload.count
        return [UInt8(size >> 16 & 255), UInt8(size >> 8 & 255), UInt8(size & 255), type, flags]
            + big(UInt32(stream)) + payload
    }

    static func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    /// A gRPC message behind its flag and length.
    static func message(_ bytes: [UInt8], flag: UInt8 = 0) -> [UInt8] { [flag] + big(UInt32(bytes.count)) + bytes }

    func send(_ type: UInt8, _ flags: UInt8 = 0, stream: Int = 0, _ payload: [UInt8] = []) {
        socket.send(Self.frame(type, flags, stream, payload))
    }

    /// The frame of a head.
    func head(_ path: String, stream: Int, headers: [String: String] = [:]) throws -> [UInt8] {
        var all = [
            ":method": "POST", ":scheme": "http", ":path": path, "content-type": "application/grpc", "te": "trailers",
        ]
        all.merge(headers) { $1 }
        let names = all.keys.sorted { ($0.hasPrefix(":") ? 0 : 1, $0) < ($1.hasPrefix(":") ? 0 : 1, $1) }
        var block = ByteBuffer()
        try encoder.encode(headers: HPACKHeaders(names.map { ($0, all[$0] ?? "") }), to: &block)
        return Self.frame(Frame.headers, 4, stream, Array(block.readableBytesView))
    }

    func open(_ path: String, stream: Int, headers: [String: String] = [:]) throws {
        socket.send(try head(path, stream: stream, headers: headers))
    }

    func data(_ bytes: [UInt8], stream: Int, ends: Bool = true) {
        let parts = stride(from: 0, to: max(bytes.count, 1), by: 16_000).map {
            Array(bytes.dropFirst($0).prefix(16_000))
        }
        for (index, part) in parts.enumerated() {
            send(Frame.data, ends && index == parts.count - 1 ? 1 : 0, stream: stream, part)
        }
    }

    /// Makes a call of one message and waits for its end.
    func call(_ method: String, _ message: [UInt8], stream: Int = 1, headers: [String: String] = [:]) throws -> Answer {
        try open("/inference.GRPCInferenceService/\(method)", stream: stream, headers: headers)
        data(Self.message(message), stream: stream)
        return try #require(answer(stream), "the connection ended")
    }

    /// Reads on until the stream has ended; nil when the connection does before.
    func answer(_ stream: Int) -> Answer? {
        while !ended.contains(stream) { guard step() else { return nil } }
        return answers[stream]
    }

    /// Reads on until so many messages of the stream are here; nil when stream or connection ends before.
    func messages(_ stream: Int, _ count: Int) -> [[UInt8]]? {
        while (answers[stream]?.messages.count ?? 0) < count {
            guard !ended.contains(stream), step() else { return nil }
        }
        return answers[stream]?.messages
    }

    /// Reads on until a frame of the connection itself is there that is meant; nil when the connection ends before.
    func ownFrame(_ isMeant: (Frame) -> Bool) -> Frame? {
        while true {
            if let found = own.first(where: isMeant) { return found }
            guard step() else { return nil }
        }
    }

    /// Reads all that comes until the connection ends.
    func drain() { while step() {} }

    /// Reads one frame. False when the connection ends.
    private func step() -> Bool {
        guard let head = socket.bytes(9) else { return false }
        let size = head[..<3].reduce(0) { $0 << 8 | Int($1) }
        guard let payload = socket.bytes(size) else { return false }
        let stream = head[5...].reduce(0) { $0 << 8 | Int($1) } & 0x7fff_ffff
        let frame = Frame(type: head[3], flags: head[4], stream: stream, payload: payload)
        if stream == 0 { receive(own: frame) } else { receive(frame) }
        return true
    }

    private func receive(own frame: Frame) {
        switch frame.type {
        case Frame.settings: if frame.flags & 1 == 0 { send(Frame.settings, 1) }
        case Frame.ping where frame.flags & 1 == 0:
            if answersPings { send(Frame.ping, 1, frame.payload) }
        default: own.append(frame)
        }
    }

    private func receive(_ frame: Frame) {
        switch frame.type {
        case Frame.headers:
            var block = ByteBuffer(bytes: frame.payload)
            let headers = (try? decoder.decodeHeaders(from: &block)) ?? HPACKHeaders()
            for each in headers { answers[frame.stream, default: Answer()].headers[each.name] = each.value }
        case Frame.data: take(frame)
        case Frame.reset:
            answers[frame.stream, default: Answer()].isReset = true
            ended.insert(frame.stream)
        default: break
        }
        if (frame.type == Frame.headers || frame.type == Frame.data) && frame.flags & 1 == 1 {
            ended.insert(frame.stream)
        }
    }

    private func take(_ frame: Frame) {
        var bytes = (unread[frame.stream] ?? []) + frame.payload
        while bytes.count >= 5 {
            let size = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
            guard bytes.count >= 5 + size else { break }
            answers[frame.stream, default: Answer()].messages.append(Array(bytes[5..<5 + size]))
            bytes.removeFirst(5 + size)
        }
        unread[frame.stream] = bytes
    }
}
