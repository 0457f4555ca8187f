import Foundation
import SlipwayInspect
import SlipwayLatency
import Testing

@testable import SlipwayLoad

struct LoadReportTests {
    /// 90 quick answers, nine slow ones and a timeout at 10 requests a second.
    private var result: LoadResult {
        var step = LoadResult.Step(rate: 10, seconds: 10, isWarmUp: false)
        step.measure.sent = 102
        step.measure.statuses = [200: 99, 450: 2]
        step.measure.timeouts = 1
        for _ in 0..<90 { step.measure.latency.record(1000) }
        for _ in 0..<9 { step.measure.latency.record(8000) }
        step.measure.latency.record(500_000)
        var warmUp = LoadResult.Step(rate: 10, seconds: 1, isWarmUp: true)
        warmUp.measure.sent = 7
        var interval = LoadResult.Interval()
        interval.due = 102
        interval.scored = 99
        interval.failed = 3
        interval.latency.record(1000)
        var result = LoadResult(steps: [warmUp, step], intervals: [interval], intervalSeconds: 1)
        result.seconds = 11
        return result
    }

    private func report(_ search: LoadSearch.Found? = nil) -> LoadReport {
        LoadReport(
            address: "http://h:1/api/predict/<s>", setup: [("requests", "made up & sent")],
            startedAt: "2026-01-01T00:00:00Z", slipwayVersion: "test", result: result, search: search)
    }

    @Test func textTellsWhatWasMeasured() {
        let lines = report().text().split(separator: "\n")
        #expect(lines.count == 2)
        let cells = (lines.last ?? "").split(separator: " ").map(String.init)
        #expect(cells.prefix(8) == ["10", "102", "9.9", "1.00", "1.00", "8.00", "500.00", "500.00"])
        #expect((lines.last ?? "").hasSuffix("450: 2, timeouts: 1"))
        #expect(result.scoredRate == 9.9)
        // Answers that come after the step are of no higher rate.
        var late = result
        late.steps[1].startSeconds = 1
        late.steps[1].lastSeconds = 21
        #expect(late.steps[1].scoredRate == 4.95 && late.scoredRate == 4.95)
        #expect(abs(result.measured.failedShare - 3.0 / 102) < 1e-12)
    }

    @Test func theSearchTellsItsTolerance() {
        var found = LoadSearch.Found(target: .init(limitMs: 50), tolerance: 0.05)
        #expect(LoadReport.text(found) == "no rate meets p99 ≤ 50 ms")
        found.rate = 120
        #expect(LoadReport.text(found) == "highest rate with p99 ≤ 50 ms: 120 requests/s, within 5 %")
        found.isAtLimit = true
        #expect(LoadReport.text(found).hasSuffix("the highest tried"))
    }

    @Test func factsAreComplete() throws {
        let json = try report().facts().json()
        let facts = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let total = try #require(facts["total"] as? [String: Any])
        #expect(total["sent"] as? Int == 102)
        #expect(total["statuses"] as? [String: Int] == ["200": 99, "450": 2])
        let latency = try #require(total["latency_us"] as? [String: Any])
        // Values of a bucket are told by its upper end: 0.1 %.
        #expect(latency["p50"] as? Int == 1000)
        #expect(abs((latency["p99"] as? Double ?? 0) - 8000) <= 8)
        #expect(latency["max"] as? Int == 500_000)
        #expect((facts["steps"] as? [Any])?.count == 1)
        #expect(facts["search"] is NSNull)
    }

    @Test func thePageIsEscaped() {
        let page = report().page()
        #expect(page.contains("http://h:1/api/predict/&lt;s&gt;") && !page.contains("predict/<s>"))
        #expect(page.contains("made up &amp; sent"))
        for section in ["latency", "time", "answers", "setup"] { #expect(page.contains("<section id=\"\(section)\">")) }
        #expect(!page.contains("<section id=\"search\">"))
    }
}
