import SlipwayGraph
import SlipwayModels
import SlipwayPasses
import Testing

/// Every pass keeps what every model computes: the graph before and after it, by the reference evaluator.
@Suite struct PassSemanticsTests {
    /// Weights and inputs are of size 1, layers up to 512 wide; what passes state as their rounding adds up to less.
    private static let tolerance = 1e-5

    @Test(
        .enabled(if: !GoldenConfigs.names.isEmpty, "the golden cases are not beside the checkout"),
        arguments: GoldenConfigs.names, [false, true])
    func everyPassKeepsEveryModel(_ name: String, isTiled: Bool) throws {
        for part in try GoldenConfigs.parts(name, isTiled: isTiled) {
            try check(part.graph, seed: 3, "\(name) \(part.name)")
        }
    }

    /// Models of every kind are there.
    @Test(.enabled(if: !GoldenConfigs.names.isEmpty, "the golden cases are not beside the checkout"))
    func thereAreModels() { #expect(GoldenConfigs.names.count >= 28) }

    @Test(arguments: PassTexts.all) func everyPassKeepsItsCase(_ text: PassTexts) throws {
        try check(try GraphParser.parse(text.before), seed: 5, text.name)
    }

    private func check(_ graph: Graph, seed: UInt64, _ note: String) throws {
        let stages = try PassPipeline.stages(of: graph)
        let fixture = PassFixture(graph, seed: seed)
        let expected = try fixture.run(graph)
        var last = expected
        for stage in stages.dropFirst() {
            guard !stage.patches.isEmpty else { continue }
            let found = try fixture.run(stage.graph)
            let gap = PassFixture.gap(found, last)
            #expect(gap <= (stage.rounding == nil ? 0 : Self.tolerance), "\(note): \(stage.name) moves it by \(gap)")
            last = found
        }
        // What is stored computes the same, with the derived weights beside the others.
        let folded = try WeightFolding.fold(stages[stages.count - 1].graph) { parameter in
            try #require(fixture.value(of: parameter, graph))
        }
        let stored = try fixture.adding(folded.values).run(folded.graph)
        #expect(PassFixture.gap(stored, last) == 0, "\(note): stored")
        #expect(folded.graph.nodes.count <= stages[stages.count - 1].graph.nodes.count)
    }
}
