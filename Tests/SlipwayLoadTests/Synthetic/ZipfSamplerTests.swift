import Foundation
import Testing

@testable import SlipwayLoad

struct ZipfSamplerTests {
    @Test("ranks come as often as the law says", arguments: [0, 0.5, 1, 1.05, 2.5] as [Double])
    func frequencies(_ exponent: Double) {
        let sampler = ZipfSampler(count: 10, exponent: exponent)
        var numbers = SeededNumbers(seed: 11)
        let draws = 100_000
        var counts = [Int](repeating: 0, count: 11)
        for _ in 0..<draws { counts[sampler.rank(&numbers)] += 1 }
        #expect(counts[0] == 0)
        let weights = (1...10).map { pow(Double($0), -exponent) }
        let total = weights.reduce(0, +)
        for rank in 1...10 {
            let share = weights[rank - 1] / total
            let deviation = (share * (1 - share) * Double(draws)).squareRoot()
            #expect(abs(Double(counts[rank]) - share * Double(draws)) < 5 * deviation, "rank \(rank)")
        }
    }

    @Test func largeRangesAreReached() {
        let sampler = ZipfSampler(count: 1_000_000_000, exponent: 1.05)
        var numbers = SeededNumbers(seed: 5)
        let ranks = (0..<20_000).map { _ in sampler.rank(&numbers) }
        #expect(ranks.allSatisfy { (1...1_000_000_000).contains($0) })
        // The share of rank 1 is 1 / zeta(1.05) less what lies beyond the range: 20.58 - 7.10 = 13.49.
        let first = Double(ranks.count { $0 == 1 }) / 20_000
        #expect(abs(first - 1 / 13.49) < 0.01)
        #expect(ranks.contains { $0 > 10_000_000 })
        #expect(ZipfSampler(count: 1, exponent: 1).rank(&numbers) == 1)
    }
}
