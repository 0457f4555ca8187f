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
