import Foundation
import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayModels

@Suite struct VariationalDropoutTests {
    /// sigmoid(0) = 1/2, sigmoid(±ln 3) = 3/4 and 1/4.
    @Test func scalesEveryFeatureByWhatIsKept() throws {
        var network = Network(name: "test")
        let input = try network.builder.input("x", ValueType(.f32, [.batch, .fixed(6)]))
        let value = try network.variationalDropout(input, group: "all", widths: [2, 2, 1, 1])
        try network.builder.output("y", value)
        let graph = try network.builder.build()
        let logThree = Float(log(3.0))
        let name = "model.group_variational_dropouts.all.feature_p"
        let evaluator = try ReferenceEvaluator(
            graph: graph, parameters: [name: Tensor(shape: [4], floats: [0, logThree, -logThree, 20])])
        let rows = Tensor(shape: [2, 6], floats: [1, 2, 3, 4, 5, 6, -8, 0, 4, 8, 12, 1])
        let found = try #require(try evaluator.run(["x": rows])["y"])
        let expected: [Float] = [0.5, 1, 0.75, 1, 3.75, 0, -4, 0, 1, 2, 9, 0]
        #expect(found.shape == [2, 6])
        #expect(zip(found.floats, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found.floats)")
    }

    @Test func widthsOfTheCheckpointAreNotRead() throws {
        let prefix = "model.group_variational_dropouts.all"
        #expect(try ModelCatalogue.isTrainingOnly("\(prefix).feature_dim_repeat", kind: "mmoe"))
        #expect(try !ModelCatalogue.isTrainingOnly("\(prefix).feature_p", kind: "mmoe"))
    }
}
