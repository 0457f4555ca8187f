import Foundation

/// When requests are due, whatever becomes of those before them.
package struct ArrivalSchedule: Sequence, IteratorProtocol, Sendable {
    package enum Arrivals: String, Sendable, CaseIterable {
        /// Independent of each other, as those of many users.
        case poisson
        /// At equal distances.
        case even
    }

    package struct Arrival: Sendable, Equatable {
        /// After the start of the run.
        package let ns: UInt64
        /// Which step it belongs to.
        package let step: Int
    }

    package let steps: [RateStep]
    private let arrivals: Arrivals
    private let times: [UInt64]?
    private var numbers: SeededNumbers
    private var step = 0
    private var stepStart = 0.0
    private var inStep = 0.0
    private var count = 0

    package init(steps: [RateStep], arrivals: Arrivals, seed: UInt64 = 1) {
        self.steps = steps
        self.arrivals = arrivals
        times = nil
        numbers = SeededNumbers(seed: seed)
        begin()
    }

    /// Recorded times, so many times as fast, as one step at their mean rate.
    ///
    /// - Parameter times: nanoseconds after the first, in order.
    package init(times: [UInt64], speed: Double) {
        let scaled = times.map { UInt64(Double($0) / Swift.max(speed, 1e-9)) }
        let seconds = Swift.max(Double(scaled.last ?? 0) / 1e9, 1e-3)
        steps = [RateStep(rate: Double(scaled.count) / seconds, seconds: seconds)]
        arrivals = .even
        self.times = scaled
        numbers = SeededNumbers(seed: 1)
    }

    /// Length of the run in seconds.
    package var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }

    package mutating func next() -> Arrival? {
        if let times {
            guard count < times.count else { return nil }
            defer { count += 1 }
            return Arrival(ns: times[count], step: 0)
        }
        while step < steps.count, inStep >= steps[step].seconds {
            stepStart += steps[step].seconds
            step += 1
            begin()
        }
        guard step < steps.count else { return nil }
        let arrival = Arrival(ns: UInt64((stepStart + inStep) * 1e9), step: step)
        count += 1
        inStep = arrivals == .even ? Double(count) / steps[step].rate : inStep + gap()
        return arrival
    }

    private mutating func begin() {
        count = 0
        inStep = 0
        guard step < steps.count, arrivals == .poisson else { return }
        inStep = gap()
    }

    private mutating func gap() -> Double { -log(1 - numbers.unit()) / steps[step].rate }
}
