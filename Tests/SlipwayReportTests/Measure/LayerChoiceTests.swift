import SlipwayArtifact
import SlipwayCore
import Testing

@testable import SlipwayReport

@Suite struct LayerChoiceTests {
    /// Layers a, b, c, each of which adds its own error in int8 and none in bf16.
    private static func choice(_ errors: [String: Double], work: [String: Double] = [:]) -> LayerChoice {
        let weight = Tensor(shape: [1, 1], floats: [1])
        return LayerChoice(
            layers: errors.keys.sorted().map {
                LayerChoice.Layer(
                    name: $0, int8: .int8(weight, input: .init(covering: 0, 1)), bf16: .bf16(weight),
                    work: work[$0] ?? 100)
            },
            drift: { reduced in
                let sum = reduced.filter { $0.value.input != nil }.reduce(0) { $0 + (errors[$1.key] ?? 0) }
                return LayerChoice.Drift(largest: sum, meanSquare: sum * sum)
            })
    }

    @Test func nothingIsKeptWhereAllWillDo() throws {
        let chosen = try #require(try Self.choice(["a": 1, "b": 2, "c": 4]).within(7))
        #expect(chosen.kept.isEmpty)
        #expect(chosen.weights.values.allSatisfy { $0.input != nil })
    }

    /// The worst go first, and no more than must.
    @Test(arguments: zip([6.0, 3, 2.9, 0.5], [["c"], ["c"], ["b", "c"], ["a", "b", "c"]]))
    func theWorstAreKept(_ limit: Double, _ kept: [String]) throws {
        let chosen = try #require(try Self.choice(["a": 1, "b": 2, "c": 4]).within(limit))
        #expect(chosen.kept == kept)
        #expect(chosen.weights.filter { $0.value.input == nil }.keys.sorted() == kept)
    }

    /// A layer of a thousand times the work keeps its int8 although it is worse.
    @Test func workIsWorthError() throws {
        let chosen = try #require(try Self.choice(["a": 1, "b": 2], work: ["b": 100_000]).within(2))
        #expect(chosen.kept == ["a"])
    }

    @Test func noChoiceWhereBF16DriftsToo() throws {
        var choice = Self.choice(["a": 1])
        choice = LayerChoice(layers: choice.layers) { _ in LayerChoice.Drift(largest: 1, meanSquare: 1) }
        #expect(try choice.within(0.5) == nil)
        let broken = LayerChoice(layers: choice.layers) { _ in LayerChoice.Drift(largest: .nan, meanSquare: .nan) }
        #expect(try broken.within(0.5) == nil)
    }
}

@Suite struct NumberSpreadTests {
    private static func spread(_ numbers: [Float]) -> NumberSpread {
        var spread = NumberSpread()
        spread.extend(numbers)
        spread.count(numbers)
        return spread
    }

    /// One far number among many small ones is cut off: rounding all others by its step loses more.
    @Test func farNumbersAreCutOff() {
        let small = (0..<100_000).map { Float($0 % 1000) / 1000 }
        let range = Self.spread(small + [1.5]).range()
        #expect(range.scale * 255 < 1.4 && range.scale * 255 >= 1)
        // Many of them are kept.
        #expect(Self.spread(small + [Float](repeating: 1.5, count: 10_000)).range().scale * 255 == 1.5)
    }

    @Test func rangesOfNothingAndOfOneNumber() {
        #expect(NumberSpread().range() == .init(covering: 0, 0))
        #expect(Self.spread([.nan, .infinity]).range() == .init(covering: 0, 0))
        #expect(Self.spread([3, 3]).range() == .init(covering: 3, 3))
    }

    @Test func joinedSpreadsCoverBoth() {
        let joined = Self.spread([-1, 0, 1]).joined(Self.spread([5, 6]))
        #expect(joined.low == -1 && joined.high == 6 && joined.total == 5)
        #expect(Self.spread([]).joined(Self.spread([2, 4])).high == 4)
    }
}
