import Testing

@testable import SlipwayPage

@Suite struct CurvePlotTests {
    private func plot(_ series: [CurvePlot.Series], isLogarithmic: Bool = false) -> String {
        CurvePlot(
            title: "t & u", horizontal: "x", vertical: "y", unit: .seconds, series: series, level: (0.05, "limit"),
            isLogarithmic: isLogarithmic
        ).svg()
    }

    @Test func linesLevelsAndNamesAreDrawn() {
        let svg = plot([
            .init(name: "<one>", points: [(0, 0.001), (1, 0.01)]), .init(name: "two", points: [(0, 0.1), (1, .nan)]),
        ])
        #expect(svg.contains("&lt;one&gt;") && svg.contains(">two<") && svg.contains(">limit<"))
        #expect(svg.contains("aria-label=\"t &amp; u\""))
        // One curve of two points; of the other one point is left, a dot.
        #expect(svg.matches(of: /stroke-width="2"/).count == 2)
        #expect(svg.matches(of: /<circle/).count == 1)
        #expect(svg.contains(">y, ms<"))
    }

    /// 1 ms and 100 ms stand two powers of ten apart, 10 ms between them.
    @Test func powersOfTenHaveEqualRoom() throws {
        let svg = plot([.init(name: "a", points: [(0, 0.001), (1, 0.01), (2, 0.1)])], isLogarithmic: true)
        let path = try #require(svg.firstMatch(of: /d="M([^"]*)" stroke="#1d6fb8"/)).output.1
        let heights = path.split(separator: "L").compactMap { Double($0.split(separator: " ").last ?? "") }
        #expect(heights.count == 3)
        #expect(abs((heights[0] + heights[2]) / 2 - heights[1]) < 0.11)
        #expect(heights[0] > heights[2])
    }

    @Test func nothingToDrawIsDrawn() {
        #expect(plot([]).hasPrefix("<svg"))
        #expect(plot([.init(name: "a", points: [(3, 0)])], isLogarithmic: true).contains("<circle"))
    }
}
