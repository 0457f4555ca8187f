import Foundation
import SlipwayKernels

/// What one core can do at most, measured.
enum PeakRate {
    /// float32 operations a second of fused multiply-adds from registers; the best of a few rounds.
    static func operationsPerSecond() -> Double {
        var best = 0.0
        for _ in 0..<5 {
            let start = Nanoseconds.now
            let operations = InstructionSet.current.multiplyAddOperations(rounds: 2_000_000)
            best = max(best, Double(operations) / (Double(Nanoseconds.now - start) * 1e-9))
        }
        return best
    }
}

/// Time passed since some fixed point.
enum Nanoseconds {
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
