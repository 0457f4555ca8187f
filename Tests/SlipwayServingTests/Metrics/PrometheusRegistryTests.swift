import Metrics
import SlipwayMetrics
import Testing

struct PrometheusRegistryTests {
    @Test func everyKindIsWritten() {
        let registry = PrometheusRegistry([
            "requests_total": .init("Requests."), "sizes": .init("Sizes.", bounds: [1, 2.5]),
        ])
        let counter = Counter(
            label: "requests_total", dimensions: [("code", "200"), ("path", "a\"b\\c\n")], factory: registry)
        counter.increment(by: 3)
        Counter(label: "requests_total", dimensions: [("code", "200"), ("path", "a\"b\\c\n")], factory: registry)
            .increment()
        let sizes = Recorder(label: "sizes", dimensions: [], aggregate: true, factory: registry)
        for size in [0.5, 1, 2, 9] { sizes.record(size) }
        Gauge(label: "queue.length", dimensions: [], factory: registry).record(7)
        Timer(label: "time", dimensions: [("m", "x")], factory: registry).recordNanoseconds(2_000_000)
        let text = registry.text()
        #expect(
            text.hasPrefix(
                """
                # TYPE queue_length gauge
                queue_length 7
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{code="200",path="a\\"b\\\\c\\n"} 4
                # HELP sizes Sizes.
                # TYPE sizes histogram
                sizes_bucket{le="1"} 2
                sizes_bucket{le="2.5"} 3
                sizes_bucket{le="+Inf"} 4
                sizes_sum 12.5
                sizes_count 4
                # TYPE time histogram
                time_bucket{m="x",le="0.0001"} 0

                """))
        #expect(text.contains("time_bucket{m=\"x\",le=\"0.0025\"} 1\n"))
        #expect(text.hasSuffix("time_sum{m=\"x\"} 0.002\ntime_count{m=\"x\"} 1\n"))
    }

    @Test func collectorsRunBeforeAReading() {
        let registry = PrometheusRegistry()
        registry.onRead { [unowned registry] in
            registry.makeRecorder(label: "now", dimensions: [], aggregate: false).record(Double(1))
        }
        #expect(registry.text() == "# TYPE now gauge\nnow 1\n")
    }
}
