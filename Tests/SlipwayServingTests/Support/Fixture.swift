import Foundation
import SlipwayTestSupport
import Testing

enum Fixture {
    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: name, withExtension: nil)).path
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: path("Fixtures/\(name)"), encoding: .utf8)
    }

    static func base64(_ text: some StringProtocol) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines))))
    }
}

/// Bytes with some of them changed, cut, repeated or put in.
func damaged(_ bytes: [UInt8], _ numbers: inout SeededRandom) -> [UInt8] {
    var out = bytes
    for _ in 0..<Int.random(in: 1...4, using: &numbers) {
        guard !out.isEmpty else { return [UInt8.random(in: 0...255, using: &numbers)] }
        let place = Int.random(in: 0..<out.count, using: &numbers)
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: out[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        case 1: out[place] = [0, 0x7f, 0x80, 0xff, 0x0a, 0x12].randomElement(using: &numbers) ?? 0
        case 2: out.removeSubrange(place..<min(out.count, place + Int.random(in: 1...16, using: &numbers)))
        case 3: out.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
        case 4: out.removeSubrange(place...)
        default: out += out[place..<min(out.count, place + Int.random(in: 1...64, using: &numbers))]
        }
    }
    return out
}
