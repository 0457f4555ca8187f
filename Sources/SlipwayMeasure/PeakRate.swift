import Foundation
import SlipwayKernels

/// What one core can do at most, measured.
enum PeakRate {
    /// float32 operations a second of fused multiply-adds from registers; the best of a few rounds.
    static func operationsPerSecond() -> Double {
        var best = 0.0
        for _ in 0..<5 {
            let start = MeasureClock.cpu.now
            let operations = InstructionSet.current.multiplyAddOperations(rounds: 2_000_000)
            best = max(best, Double(operations) / (Double(MeasureClock.cpu.now - start) * 1e-9))
        }
        return best
    }
}
