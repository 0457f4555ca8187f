package import Metrics
import Synchronization

/// Everything that is measured, behind swift-metrics; writes it as Prometheus' text format.
///
/// Labels of a metric are swift-metrics' dimensions. Timers become histograms in seconds; recorders become histograms.
package final class PrometheusRegistry: MetricsFactory {
    /// What a metric is called to people, and the upper bounds of its histogram.
    package struct Description: Sendable {
        package let help: String
        package let bounds: [Double]?

        package init(_ help: String, bounds: [Double]? = nil) {
            self.help = help
            self.bounds = bounds
        }
    }

    private struct Family {
        let type: String
        var series: [String: any PrometheusSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [@Sendable () -> Void] = []
    }

    private let descriptions: [String: Description]
    private let state = Mutex(State())

    /// Seconds, from half a millisecond to ten.
    package static let latencyBounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    package init(_ descriptions: [String: Description] = [:]) { self.descriptions = descriptions }

    /// Calls `body` before every reading, to bring gauges up to date.
    package func onRead(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.collectors.append(body) }
    }

    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ type: String, _ make: () -> Series
    ) -> Series {
        let name = Self.name(label)
        let key = Self.labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? Family(type: type)
            defer { state.families[name] = family }
            if let known = family.series[key] as? Series { return known }
            let fresh = make()
            // A name that is used for two types keeps its first: readers refuse a family of two.
            if family.type == type { family.series[key] = fresh }
            return fresh
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                for (key, series) in family.series where series === handler {
                    state.families[name]?.series[key] = nil
                }
            }
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, "counter") { CounterSeries() }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, "counter") { DoubleCounterSeries() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, "gauge") { GaugeSeries() }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, "gauge") { GaugeSeries() } }
        return series(label, dimensions, "histogram") { HistogramSeries(bounds(label)) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, "histogram") { HistogramSeries(bounds(label)) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func bounds(_ label: String) -> [Double] {
        descriptions[Self.name(label)]?.bounds ?? Self.latencyBounds
    }

    // MARK: Text

    /// All metrics in Prometheus' text format 0.0.4.
    package func text() -> String {
        for collect in state.withLock({ $0.collectors }) { collect() }
        let families = state.withLock { $0.families }
        var out = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            if let help = descriptions[name]?.help { out += "# HELP \(name) \(help)\n" }
            out += "# TYPE \(name) \(family.type)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name, labels, to: &out)
            }
        }
        return out
    }

    /// Only the characters that metric names may have.
    private static func name(_ label: String) -> String {
        String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { key, value in
            let escaped = value.map { character -> String in
                switch character {
                case "\\": return "\\\\"
                case "\"": return "\\\""
                case "\n": return "\\n"
                default: return String(character)
                }
            }.joined()
            return "\(name(key))=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
