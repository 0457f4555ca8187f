import Foundation
import SlipwayCore
import SlipwayProtocol
import SlipwayTestSupport
import Testing

/// Bodies compressed by Python's zlib, gzip and cramjam.
struct BodyEncodingTests {
    static let plain = Array(
        Array(repeating: Array("slipway ".utf8), count: 50).joined() + Array(0...255)
            + [UInt8](repeating: 0x61, count: 300))

    static func bodies() throws -> [(BodyEncoding, [UInt8])] {
        try Fixture.text("bodies.txt").split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            return (try #require(BodyEncoding(name: String(parts[0]))), try Fixture.base64(parts[1]))
        }
    }

    @Test func everyFormatIsDecoded() throws {
        let bodies = try Self.bodies()
        #expect(bodies.count == 6)
        for (encoding, bytes) in bodies {
            func decode(limit: Int) throws -> [UInt8] {
                try bytes.withUnsafeBytes { try encoding.decode($0, limit: limit) }
            }
            for limit in [1 << 20, Self.plain.count] {
                #expect(try decode(limit: limit) == Self.plain, "\(encoding)")
            }
            #expect(throws: SlipwayError.self, "\(encoding)") { try decode(limit: Self.plain.count - 1) }
            // Raw blocks have no mark in front.
            let sniffed = bytes.withUnsafeBytes { BodyEncoding.sniff($0) }
            #expect(sniffed == (encoding == .snappy || encoding == .lz4 ? .identity : encoding))
        }
    }

    @Test func requestsAreNotTakenForCompressedOnes() throws {
        let request = try Fixture.base64(Fixture.text("client_request.b64"))
        request.withUnsafeBytes { #expect(BodyEncoding.sniff($0) == .identity) }
        // faiss_neigh_num = 6069 begins like zstd.
        ([0x28, 0xb5, 0x2f, 0x1a] as [UInt8]).withUnsafeBytes { #expect(BodyEncoding.sniff($0) == .identity) }
    }

    /// 60 KB of zeros from 80 bytes, stopped at the limit.
    @Test func bombsAreStopped() throws {
        let bomb = try #require(
            Data(
                base64Encoded:
                    "eNrtwTEBAAAAwqD1T20ND6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAvgzqYAAB"
            ))
        #expect(throws: SlipwayError.self) {
            try Array(bomb).withUnsafeBytes { _ = try BodyEncoding.zlib.decode($0, limit: 1000) }
        }
    }

    private func code(_ encoding: BodyEncoding, _ bytes: [UInt8], limit: Int = 1 << 20) -> SlipwayError.Code? {
        do {
            _ = try bytes.withUnsafeBytes { try encoding.decode($0, limit: limit) }
            return nil
        } catch { return (error as? SlipwayError)?.code }
    }

    /// Too large is told from damaged, and nothing is no body.
    @Test func problemsAreToldApart() throws {
        for (encoding, bytes) in try Self.bodies() {
            #expect(code(encoding, bytes, limit: 100) == .outOfRange, "\(encoding)")
            #expect(code(encoding, []) == .corrupt, "\(encoding)")
            #expect(code(encoding, Array(bytes.dropLast(9))) == .corrupt, "\(encoding)")
            #expect(code(encoding, Array(repeating: 0xff, count: 50)) == .corrupt, "\(encoding)")
        }
    }

    /// A literal "a", a copy of it of 4 + 15 + 255 * 400 + 10 bytes, and five literals: the most a block can grow.
    @Test func blocksThatGrowMuchAreDecoded() throws {
        let long = [0x1f, 0x61, 1, 0] + [UInt8](repeating: 255, count: 400) + [10, 0x50] + Array("abcde".utf8)
        let count = 1 + 4 + 15 + 255 * 400 + 10 + 5
        let body = try long.withUnsafeBytes { try BodyEncoding.lz4.decode($0, limit: count) }
        #expect(body == [UInt8](repeating: 0x61, count: count - 5) + Array("abcde".utf8))
        #expect(code(.lz4, long, limit: count - 1) == .outOfRange)
        for limit in [count - 1, 1 << 20] {
            #expect(code(.lz4, Array(long.dropLast(6)), limit: limit) == .corrupt)
        }
    }

    /// Frames after each other are one body; a frame whose checksum is wrong is none.
    @Test func framesOfLZ4AreChecked() throws {
        let frame = try #require(try Self.bodies().first { $0.0 == .lz4Frame }).1
        let twice = try (frame + frame).withUnsafeBytes { try BodyEncoding.lz4Frame.decode($0, limit: 1 << 20) }
        #expect(twice == Self.plain + Self.plain)
        var wrong = frame
        wrong[wrong.count - 1] ^= 1
        #expect(code(.lz4Frame, wrong) == .corrupt)
    }

    @Test func damageOnlyThrows() throws {
        var numbers = SeededRandom(seed: Fuzz.seed(1))
        let bodies = try Self.bodies()
        let count = Fuzz.count(3000)
        for index in 0..<count {
            let (encoding, seed) = bodies[index % bodies.count]
            damaged(seed, &numbers).withUnsafeBytes { raw in
                let out = try? encoding.decode(raw, limit: 4096)
                #expect((out?.count ?? 0) <= 4096)
            }
        }
        Fuzz.report("compressed bodies", count)
    }
}
