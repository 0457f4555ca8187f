import Metrics
import Synchronization

/// One line, or one histogram, of the text.
protocol PrometheusSeries: AnyObject, Sendable {
    /// - Parameter labels: `a="b",c="d"`, or empty.
    func write(_ name: String, _ labels: String, to out: inout String)
}

extension PrometheusSeries {
    static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

final class CounterSeries: PrometheusSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, _ labels: String, to out: inout String) {
        out += "\(name)\(Self.braced(labels)) \(value.load(ordering: .relaxed))\n"
    }
}

final class DoubleCounterSeries: PrometheusSeries, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() { value.withLock { $0 = 0 } }

    func write(_ name: String, _ labels: String, to out: inout String) {
        out += "\(name)\(Self.braced(labels)) \(Self.text(value.withLock { $0 }))\n"
    }
}

final class GaugeSeries: PrometheusSeries, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ new: Int64) { set(Double(new)) }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ new: Int64) { set(Double(new)) }
    func record(_ new: Double) { set(new) }

    func write(_ name: String, _ labels: String, to out: inout String) {
        out += "\(name)\(Self.braced(labels)) \(Self.text(value.withLock { $0 }))\n"
    }
}

final class HistogramSeries: PrometheusSeries, RecorderHandler, TimerHandler {
    private struct State {
        /// One a bound, and one beyond the last.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: upper bounds, ascending.
    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }

    func write(_ name: String, _ labels: String, to out: inout String) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? Self.text(bounds[index]) : "+Inf"
            out += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
        }
        out += "\(name)_sum\(Self.braced(labels)) \(Self.text(sum))\n"
        out += "\(name)_count\(Self.braced(labels)) \(total)\n"
    }
}
