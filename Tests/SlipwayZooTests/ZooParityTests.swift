import SlipwayCore
import SlipwayGraph
import SlipwayModels
import SlipwayRuntime
import SlipwayTestSupport
import Testing

/// The portable backend against the reference evaluator, on every variant of every kind.
@Suite struct ZooParityTests {
    private static let sizes = [0, 1, 2, 13]
    private static let tolerance = 1e-5

    @Test(arguments: ZooVariant.all) func backendEqualsReference(_ variant: ZooVariant) throws {
        let integers = try ZooExpectation.all(of: variant.kind)[variant.name]?.integers ?? [:]
        for (index, part) in try variant.parts().enumerated() {
            let weights = try ZooWeights(part.graph, integers: integers)
            let reference = try ReferenceEvaluator(graph: part.graph, parameters: weights.all)
            let predictor = try Predictor(graph: part.graph, dense: weights.dense, tables: weights.tables)
            let scratch = PredictorScratch(for: predictor)
            for size in Self.sizes {
                let seed = UInt64(size * 100 + index)
                var random = SeededRandom(seed: seed)
                let rows = try ZooRows(part.graph, rowCount: size, random: &random)
                let expected = try reference.run(rows.tensors)
                let found = try predictor.run(rows.batch, scratch: scratch)
                for output in part.graph.outputs {
                    let one = try #require(found[output.name])
                    let other = try #require(expected[output.name])
                    let place = "\(part.name) \(output.name), B = \(size), seed \(seed)"
                    #expect(one.shape == other.shape, "\(place)")
                    let values = one.isInteger ? one.ints.map { Double($0) } : one.floats.map { Double($0) }
                    let difference = gap(values, other.floats.map { Double($0) })
                    #expect(difference <= Self.tolerance, "\(place): off by \(difference)")
                }
            }
        }
    }

    /// What a package stores and prints is the graph.
    @Test(arguments: ZooVariant.all) func graphsAreStoredAndPrinted(_ variant: ZooVariant) throws {
        for part in try variant.parts() {
            let text = GraphPrinter.print(part.graph)
            #expect(GraphPrinter.print(try GraphParser.parse(text)) == text)
            let stored = try GraphDocument.encode(part.graph)
            #expect(GraphPrinter.print(try GraphDocument.decode(stored)) == text)
        }
    }

    /// Every table takes the type that an export asks for.
    @Test(arguments: ZooVariant.all) func tablesCanBeQuantized(_ variant: ZooVariant) throws {
        for dtype in [DType.f16, .q8, .q4] {
            let options = ModelOptions(bagTables: dtype, sequenceTables: dtype)
            for part in try variant.parts(options) {
                for table in part.graph.tables { #expect(part.graph.type(table.value).dtype == dtype, "\(table.name)") }
            }
        }
    }
}
