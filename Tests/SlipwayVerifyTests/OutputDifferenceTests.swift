import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime
import Testing

@testable import SlipwayVerify

struct OutputDifferenceTests {
    /// What a predictor gives for `values` of shape [n, 1]: the identity.
    private func output(_ values: [Float]) throws -> PredictorOutputs.Output {
        var builder = GraphBuilder(name: "m")
        let input = try builder.input("x.values", ValueType(.f32, [.batch, .fixed(1)]))
        try builder.output("y", try builder.add(Affine(scale: 1, shift: 0), [Operand("input", input)]))
        let predictor = try Predictor(graph: try builder.build(), dense: [:], tables: [:])
        var inputs = InputBatch(slots: [InputSlot(name: "x.values", element: .float, width: 1)])
        inputs.rowCount = values.count
        inputs.buffers[0].float = values
        let outputs = try predictor.run(inputs, scratch: PredictorScratch(for: predictor))
        return try #require(outputs["y"])
    }

    private func tensor(_ values: [Float]) -> Tensor { Tensor(shape: [values.count, 1], floats: values) }

    @Test func differencesOverTwoBatches() throws {
        var difference = OutputDifference(name: "y", isQuantized: true)
        try difference.add(
            try output([1, 2, 0]), tensor([1, 2.5, 0]), plain: tensor([1, 3, 0]), firstRow: 0, rowOf: { $0 })
        try difference.add(
            try output([10, 0.25]), tensor([8, 0]), plain: tensor([8, 0.125]), firstRow: 3, rowOf: { $0 })
        // 0.5 of 2.5, 2 of 8, 0.25 of 0.
        #expect(difference.largest == 2)
        #expect(difference.largestRelative == 0.25)
        #expect(difference.mean == 2.75 / 5)
        #expect(difference.judged == 0.25)
        #expect(difference.worstRow == 3)
        // 0.5 of 3.
        #expect(abs((difference.drift ?? 0) - 0.5 / 3) < 1e-12)
    }

    @Test func notANumberAndInfinity() throws {
        var difference = OutputDifference(name: "y", isQuantized: false)
        try difference.add(
            try output([.nan, .infinity]), tensor([.nan, .infinity]), plain: nil, firstRow: 0, rowOf: { $0 })
        #expect(difference.judged == 0)
        #expect(difference.worstRow == 0)
        try difference.add(try output([1, .nan]), tensor([1, 1]), plain: nil, firstRow: 2, rowOf: { $0 })
        #expect(difference.judged == .infinity)
        #expect(difference.worstRow == 3)
        #expect(difference.drift == nil)
    }

    /// An element of a list belongs to the row of the list.
    @Test func rowsOfLists() throws {
        var difference = OutputDifference(name: "y", isQuantized: false)
        try difference.add(
            try output([1, 1, 9]), tensor([1, 1, 1]), plain: nil, firstRow: 4, rowOf: { [0, 1, 1][$0] })
        #expect(difference.worstRow == 5)
    }

    @Test func shapesThatDiffer() throws {
        var difference = OutputDifference(name: "y", isQuantized: false)
        #expect(throws: SlipwayError.self) {
            try difference.add(try output([1]), tensor([1, 2]), plain: nil, firstRow: 0, rowOf: { $0 })
        }
    }
}
