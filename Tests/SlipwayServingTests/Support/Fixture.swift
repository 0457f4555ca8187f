import Foundation
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

/// How much is fuzzed: `SLIPWAY_FUZZ_SCALE` multiplies the number of mutants, `SLIPWAY_FUZZ_SEED` makes other ones.
enum Fuzz {
    static func count(_ number: Int) -> Int { number * max(1, setting("SLIPWAY_FUZZ_SCALE") ?? 1) }
    static var seed: UInt64 { UInt64(setting("SLIPWAY_FUZZ_SEED") ?? 0) }

    /// Tells the fuzz script how many there were.
    static func report(_ number: Int, _ kind: String) {
        guard setting("SLIPWAY_FUZZ_SCALE") != nil else { return }
        print("fuzz: \(number) \(kind)")
    }

    private static func setting(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}

/// The same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &+ 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// Bytes with some of them changed, cut, repeated or put in.
func damaged(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
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
