import Foundation
import SlipwayGraph
import SlipwayPasses
import Testing

/// A pass and what it makes of a small graph, both printed.
struct PassTexts: Sendable, CustomTestStringConvertible {
    let name: String
    let pass: any GraphPass.Type
    let before: String
    /// The steps after the pass that outputs need, without scopes.
    let after: String
    let patches: [String]

    var testDescription: String { name }
}

@Suite struct PassTextTests {
    @Test(arguments: PassTexts.all) func isAsStated(_ text: PassTexts) throws {
        let graph = try GraphParser.parse(text.before)
        try GraphVerifier.verify(graph)
        let result = try text.pass.run(graph)
        try GraphVerifier.verify(result.graph)
        let steps = Self.steps(try EliminateDeadCode.run(result.graph).graph)
        #expect(steps == text.after)
        #expect(result.patches.map(\.description) == text.patches)
        // Nothing is left to do.
        #expect(try text.pass.run(result.graph).patches.isEmpty)
    }

    @Test func everyPassHasACase() {
        let covered = Set(PassTexts.all.map { $0.pass.name })
        #expect(Set(PassPipeline.passes.map { $0.name }).subtracting(covered).isEmpty)
    }

    @Test func nothingToDoLeavesTheGraph() throws {
        let text = """
            slipway graph 1
            name "g"
            input "x.values" %x : f32[B, 2]
            param "w" %w : f32[3, 2]
              %y = linear(input = %x, weight = %w) : f32[B, 3]
            output "y" %y
            """
        let graph = try GraphParser.parse(text)
        for stage in try PassPipeline.stages(of: graph) {
            #expect(stage.patches.isEmpty)
            #expect(GraphPrinter.print(stage.graph) == GraphPrinter.print(graph))
        }
    }

    private static func steps(_ graph: Graph) -> String {
        GraphPrinter.print(graph).split(separator: "\n").filter { $0.hasPrefix("  %") }
            .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }
}
