import SlipwayCore
import SlipwayGraph
import SlipwayModels
import SlipwayRuntime
import Testing

/// Variants of every kind against TorchEasyRec: parameters of the checkpoint by name and shape, and outputs.
@Suite struct ZooExpectationTests {
    private static let tolerance = 1e-5

    @Test(arguments: ModelCatalogue.all.map { $0.kind }) func kindHasVariants(kind: String) throws {
        let variants = try ZooVariant.of(kind)
        #expect(!variants.isEmpty, "add Fixtures/\(kind).config")
        let names = variants.map(\.name)
        #expect(Set(names).count == names.count)
        let expected = try ZooExpectation.all(of: kind)
        // TorchEasyRec has the config of this kind but no model.
        if kind != "simple_multi_task" { #expect(Set(expected.keys) == Set(names), "run make_zoo_expectations.py") }
    }

    @Test(arguments: ZooVariant.all) func parametersAreTheCheckpoints(_ variant: ZooVariant) throws {
        guard let expected = try ZooExpectation.all(of: variant.kind)[variant.name] else { return }
        var read: Set<String> = []
        var unread: Set<String> = []
        for part in try variant.parts() {
            unread.formUnion(part.unread)
            for parameter in part.graph.parameters {
                guard case .tensor(let name) = parameter.source else { continue }
                let shape = part.graph.type(parameter.value).dimensions.compactMap(\.size)
                #expect(expected.parameters[name] == shape, "\(name)")
                read.insert(name)
            }
        }
        for name in expected.parameters.keys where !read.contains(name) && !unread.contains(name) {
            let isKnown = try ModelCatalogue.isTrainingOnly(name, kind: variant.kind) || Self.isBookkeeping(name)
            #expect(isKnown, "\(name) is in the checkpoint, and the graph does not read it")
        }
    }

    private static func isBookkeeping(_ name: String) -> Bool {
        [
            "num_batches_tracked", "windows_len", "cumsum_windows_len", "_mch_counts", "_mch_last_access_iter",
            "_current_iter_tensor", "_output_segments_tensor",
        ].contains { name.hasSuffix(".\($0)") }
    }

    @Test(arguments: ZooVariant.all) func outputsAreTorchEasyRecs(_ variant: ZooVariant) throws {
        guard let expected = try ZooExpectation.all(of: variant.kind)[variant.name] else { return }
        let inputs = try ZooExpectation.inputs()
        var names: Set<String> = []
        for part in try variant.parts() {
            let weights = try ZooWeights(part.graph, integers: expected.integers)
            let rows = try ZooRows(part.graph, rowCount: 7, inputs)
            let found = try ReferenceEvaluator(graph: part.graph, parameters: weights.all).run(rows.tensors)
            let predictor = try Predictor(graph: part.graph, dense: weights.dense, tables: weights.tables)
            let scored = try predictor.run(rows.batch, scratch: PredictorScratch(for: predictor))
            for output in part.graph.outputs {
                let name = part.name.isEmpty ? output.name : "\(part.name)/\(output.name)"
                names.insert(name)
                let theirs = try #require(expected.outputs[name], "\(name) is no output there")
                let ours = try #require(found[output.name])
                #expect(ours.shape == theirs.shape, "\(name)")
                let values = ours.floats.map { Double($0) }
                #expect(gap(values, theirs.values) <= Self.tolerance, "\(name): \(values) against \(theirs.values)")
                let other = try #require(scored[output.name])
                let second = other.isInteger ? other.ints.map { Double($0) } : other.floats.map { Double($0) }
                #expect(gap(second, theirs.values) <= Self.tolerance, "\(name), predicted")
            }
        }
        #expect(names == Set(expected.outputs.keys))
    }
}
