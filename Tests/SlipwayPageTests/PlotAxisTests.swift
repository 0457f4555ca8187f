import Testing

@testable import SlipwayPage

@Suite struct PlotAxisTests {
    @Test func ticksAreRound() {
        #expect(PlotAxis(from: 0, to: 97).ticks == [0, 20, 40, 60, 80, 100])
        #expect(PlotAxis(from: 0, to: 2.4).ticks == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect(PlotAxis(from: -1, to: 1, count: 4, isOpen: false).ticks == [-1, -0.5, 0, 0.5, 1])
    }

    @Test func closedAxesKeepTheirRange() {
        let axis = PlotAxis(from: -7.3, to: 7.3, count: 6, isOpen: false)
        #expect(axis.low == -7.3)
        #expect(axis.ticks == [-6, -4, -2, 0, 2, 4, 6])
        #expect(axis.position(0, from: 100, to: 200) == 150)
    }

    @Test func anEmptyRangeHasOneTick() {
        #expect(PlotAxis(from: 0, to: 0).ticks == [0])
        #expect(PlotAxis(from: 0, to: .infinity).ticks == [0])
    }
}

@Suite struct PlotUnitTests {
    @Test(arguments: [
        (0.0, "0 B"), (999, "999 B"), (1500, "1.5 KB"), (2_340_000, "2.34 MB"), (123_456_789, "123 MB"),
    ])
    func bytes(_ value: Double, _ text: String) { #expect(PlotUnit.bytes.text(value) == text) }

    @Test(arguments: [
        (0.25, "0.25"), (1.999, "2"), (0.000_000_25, "2.5e-7"), (-0.5, "-0.5"), (12.34, "12.3"), (1e9, "1e9"),
    ])
    func plain(_ value: Double, _ text: String) { #expect(PlotUnit.plain.text(value) == text) }

    @Test func times() {
        #expect(PlotUnit.seconds.text(0.000_012_3) == "12.3 µs")
        #expect(PlotUnit.seconds.text(0.25) == "250 ms")
    }
}
