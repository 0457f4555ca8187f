import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime
import Testing

@testable import SlipwayReport

@Suite struct LayerInputsTests {
    /// Two layers of 8 by 8, one of 2 outputs, and a weight that an addition reads as well.
    private static func graph() throws -> Graph {
        var b = GraphBuilder(name: "g")
        let x = try b.input("x.values", ValueType(.f32, [.batch, .fixed(8)]))
        func layer(_ name: String, _ input: ValueID, _ outputs: Int) throws -> ValueID {
            try b.add(
                Linear(),
                [Operand("input", input), Operand("weight", try b.parameter(name, shape: [outputs, 8]))])
        }
        let first = try layer("first", x, 8)
        let second = try layer("second", try b.add(Unary(.relu), [Operand("input", first)]), 8)
        let shared = try b.parameter("shared", shape: [8, 8])
        let third = try b.add(Linear(), [Operand("input", second), Operand("weight", shared)])
        try b.output("sum", try b.add(Unary(.exp), [Operand("input", shared)]))
        try b.output("y", try layer("last", third, 2))
        return try b.build()
    }

    private static func diagonal(_ value: Float, _ rows: Int = 8) -> Tensor {
        Tensor(shape: [rows, 8], floats: (0..<rows * 8).map { $0 / 8 == $0 % 8 ? value : 0 })
    }

    @Test func smallAndSharedWeightsStayAsTheyAre() throws {
        #expect(LayerInputs(try Self.graph()).inputs.map(\.parameter.name) == ["first", "second"])
    }

    /// Ranges are those of what layers read: the inputs, and what the activation leaves of the doubled ones.
    @Test func rangesCoverWhatLayersRead() throws {
        let graph = try Self.graph()
        let dense = [
            "first": Self.diagonal(2), "second": Self.diagonal(1), "shared": Self.diagonal(1),
            "last": Self.diagonal(1, 2),
        ]
        var batch = InputBatch(slots: [InputSlot(name: "x.values", element: .float, width: 8)])
        // What is no number makes no range; it makes its whole row none.
        batch.rowCount = 2
        batch.buffers[0].float = [-3, 0, 1, 2, 0, 0, 0, 5, .nan, -1, 0, 0, 0, 0, 0, 1]
        let model = try FloatModel(graph, dense: dense, source: NoTensors(), inputs: [batch])
        let found = try LayerInputs(graph).calibrate(model, [batch])
        #expect(found["first"]?.range == .init(covering: -3, 5))
        #expect(found["second"]?.range == .init(covering: 0, 10))
        #expect(found["first"]?.rows == 2)
    }

    /// A range that covers a hundredth of what comes cuts off the rest: scores drift far.
    @Test func aBadCalibrationDriftsFar() throws {
        let graph = try Self.graph()
        let weights = ["first": Self.diagonal(2), "second": Self.diagonal(1)]
        let dense = weights.merging(["shared": Self.diagonal(1), "last": Self.diagonal(1, 2)]) { $1 }
        var batch = InputBatch(slots: [InputSlot(name: "x.values", element: .float, width: 8)])
        batch.rowCount = 1
        batch.buffers[0].float = [1, 2, 3, 4, 5, 6, 7, 8]
        let exact = try Predictor(graph: graph, dense: dense, tables: [:])
        let expected = try #require(try exact.run(batch, scratch: PredictorScratch(for: exact))["y"]).floats
        func gap(_ high: Float) throws -> Float {
            let reduced = weights.mapValues { ReducedWeight.int8($0, input: .init(covering: 0, high)) }
            let own = try Predictor(graph: graph, dense: dense, tables: [:], reduced: reduced, emulatesReduced: true)
            let y = try #require(try own.run(batch, scratch: PredictorScratch(for: own))["y"]).floats
            return zip(y, expected).map { abs($0 - $1) }.max() ?? 0
        }
        // Inputs of 16 at most in the second layer, and half a step of 16 / 255 for each of the two roundings.
        #expect(try gap(16) < 0.2)
        #expect(try gap(0.16) > 3)
    }
}
