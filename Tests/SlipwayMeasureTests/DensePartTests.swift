import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime
import Testing

@testable import SlipwayMeasure

@Suite struct DensePartTests {
    private static let text = """
        slipway graph 1
        name "g"
        input "i.lengths" %il : i32[B]
        input "i.values" %iv : i64["N:i"]
        table "t" %t : f32[2, 1]
        param "w" %w : f32[1, 1]
          %a = embedding_bag(table = %t, ids = %iv, lengths = %il) {feature = "i", mode = "sum"} : f32[B, 1]
          %y = linear(input = %a, weight = %w) : f32[B, 1]
        output "y" %y
        """

    /// The clock is read twice, around what follows the lookup, and the scores are those of a run.
    @Test func theLookupIsNotTimed() throws {
        let graph = try GraphParser.parse(Self.text)
        let rows: [Float] = [3, 5]
        let table = try StoredTable(
            name: "t", dtype: .f32, rowCount: 2, width: 1, copying: rows.withUnsafeBytes { Array($0) })
        let predictor = try Predictor(
            graph: graph, dense: ["w": Tensor(shape: [1, 1], floats: [10])], tables: ["t": table])
        var batch = InputBatch(slots: [
            InputSlot(name: "i.lengths", element: .int32, width: 1),
            InputSlot(name: "i.values", element: .int64, width: 1),
        ])
        batch.rowCount = 2
        batch.buffers[0].int32 = [1, 2]
        batch.buffers[1].int64 = [0, 0, 1]
        var outputs = PredictorOutputs()
        var reads = 0
        let time = try DensePart(predictor).timeNs(
            batch, scratch: PredictorScratch(for: predictor), into: &outputs
        ) {
            reads += 1
            return reads * reads
        }
        #expect(reads == 2)
        #expect(time == 3)
        #expect(outputs["y"]?.floats == [30, 80])
    }
}
