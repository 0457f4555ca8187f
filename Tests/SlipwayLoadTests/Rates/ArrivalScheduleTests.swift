import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayLoad

struct ArrivalScheduleTests {
    @Test func evenArrivalsHaveEqualDistances() {
        let steps = [RateStep(rate: 4, seconds: 0.5, isWarmUp: true), RateStep(rate: 10, seconds: 1)]
        let arrivals = Array(ArrivalSchedule(steps: steps, arrivals: .even))
        #expect(arrivals.prefix(2).map(\.ns) == [0, 250_000_000])
        #expect(arrivals.dropFirst(2).map(\.ns) == (0..<10).map { 500_000_000 + $0 * 100_000_000 })
        #expect(arrivals.map(\.step) == [0, 0] + Array(repeating: 1, count: 10))
    }

    /// Of a Poisson process, the number in a stretch has its mean as variance, and gaps have their mean as deviation.
    @Test func poissonArrivalsAreIndependent() {
        let arrivals = Array(
            ArrivalSchedule(steps: [RateStep(rate: 100, seconds: 200)], arrivals: .poisson, seed: 3))
        #expect(abs(Double(arrivals.count) - 20_000) < 4 * 141.4)
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.ns <= $1.ns })
        let gaps = zip(arrivals, arrivals.dropFirst()).map { Double($1.ns - $0.ns) / 1e9 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let deviation = (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)).squareRoot()
        #expect(abs(mean - 0.01) < 0.0005)
        #expect(abs(deviation - 0.01) < 0.0005)
        var perSecond = [Double](repeating: 0, count: 200)
        for arrival in arrivals { perSecond[Int(arrival.ns / 1_000_000_000)] += 1 }
        let variance = perSecond.reduce(0) { $0 + ($1 - 100) * ($1 - 100) } / 200
        #expect((60...150).contains(variance))
        let same = Array(ArrivalSchedule(steps: [RateStep(rate: 100, seconds: 200)], arrivals: .poisson, seed: 3))
        #expect(same == arrivals)
    }

    @Test func recordedTimesAreKept() {
        let schedule = ArrivalSchedule(times: [0, 1_000_000_000, 4_000_000_000], speed: 2)
        #expect(Array(schedule).map(\.ns) == [0, 500_000_000, 2_000_000_000])
        #expect(schedule.steps == [RateStep(rate: 1.5, seconds: 2)])
        #expect(Array(ArrivalSchedule(times: [], speed: 1)).isEmpty)
    }

    @Test func ratesAreRead() throws {
        #expect(try RateStep.rates("100, 200,0.5") == [100, 200, 0.5])
        for text in ["", "1,,2", "0", "-1", "x", "inf", "2000000"] {
            #expect(try failure { try RateStep.rates(text) }.code == .invalidArgument, "\(text)")
        }
    }
}
