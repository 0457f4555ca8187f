import Foundation

/// How much tests fuzz: `SLIPWAY_FUZZ_SCALE` multiplies the number of mutants, `SLIPWAY_FUZZ_SEED`
/// gives other ones. Without them a run is short and always the same.
package enum Fuzz {
    package static func count(_ number: Int) -> Int { number * max(1, setting("SLIPWAY_FUZZ_SCALE") ?? 1) }

    package static func seed(_ number: UInt64) -> UInt64 {
        number &+ UInt64(bitPattern: Int64(setting("SLIPWAY_FUZZ_SEED") ?? 0)) &* 1_000_000_007
    }

    /// A line of its own that `scripts/fuzz.sh` adds up.
    package static func report(_ kind: String, _ mutants: Int) {
        guard setting("SLIPWAY_FUZZ_SCALE") != nil else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\nfuzz: \(mutants) \(kind)\n".utf8))
    }

    private static func setting(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
