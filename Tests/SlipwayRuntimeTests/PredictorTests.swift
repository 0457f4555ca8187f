import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayRuntime

@Suite struct PredictorTests {
    private static func lookups(_ dtype: DType) throws -> Graph {
        try makeGraph { b in
            try b.output("bag", try b.bag("f", dtype, width: 4, mode: .mean))
            try b.output("rows", try b.lookup("g", dtype, width: 4).values)
        }
    }

    /// Two rows: ids 1, −1, 9 of `f`, and 0, 2 of `g`, of tables of 7 rows.
    private static func badIDs(_ fixture: RuntimeFixture, in feature: String) -> InputBatch {
        var batch = InputBatch(slots: fixture.graph.inputSlots)
        batch.rowCount = 2
        for (index, slot) in fixture.graph.inputSlots.enumerated() {
            let isBad = slot.name.hasPrefix(feature)
            if slot.name.hasSuffix(".lengths") { batch.buffers[index].int32 = [1, 2] }
            if slot.name.hasSuffix(".values") { batch.buffers[index].int64 = isBad ? [1, -1, 9] : [1, 0, 2] }
        }
        return batch
    }

    @Test(arguments: ["f", "g"]) func plainTablesRefuseBadIDs(feature: String) throws {
        let fixture = try RuntimeFixture(seed: 1, graph: try Self.lookups(.f32))
        let predictor = try fixture.predictor()
        let error = try failure {
            _ = try predictor.run(Self.badIDs(fixture, in: feature), scratch: PredictorScratch(for: predictor))
        }
        #expect(error.code == .outOfRange)
        #expect(
            error.message == "\(feature): id -1 at row 1, position 0 in it is outside 0..<7, the rows of its table")
    }

    @Test(arguments: [DType.q8, .f16]) func otherTablesMapAndCount(dtype: DType) throws {
        let fixture = try RuntimeFixture(seed: 1, graph: try Self.lookups(dtype))
        let predictor = try fixture.predictor()
        let batch = Self.badIDs(fixture, in: "f")
        let outputs = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        #expect(outputs.mappedIDs == ["f": 2])
        // Row 1 holds −1, which is zeros, and 9, which is row 0; the mean counts both.
        let table = try #require(fixture.parameters["f.table"]?.floats)
        let expected = (0..<4).map { table[$0] / 2 }
        #expect(RuntimeFixture.gap(Array(try #require(outputs["bag"]).floats[4...]), expected) < 1e-6)
        let reference = try ReferenceEvaluator(graph: fixture.graph, parameters: fixture.parameters).run(
            fixture.graph.tensors(of: batch))
        #expect(RuntimeFixture.gap(try #require(outputs["bag"]).floats, try #require(reference["bag"]).floats) < 1e-6)
    }

    @Test func policiesChangeThat() throws {
        let packed = try RuntimeFixture(seed: 1, graph: try Self.lookups(.q8))
        let strict = try packed.predictor(badIDs: .strict)
        let batch = Self.badIDs(packed, in: "f")
        #expect(try failure { _ = try strict.run(batch, scratch: PredictorScratch(for: strict)) }.code == .outOfRange)
        let plain = try RuntimeFixture(seed: 1, graph: try Self.lookups(.f32))
        let mapping = try plain.predictor(badIDs: .map)
        #expect(try mapping.run(batch, scratch: PredictorScratch(for: mapping)).mappedIDs == ["f": 2])
    }

    @Test func aScratchSurvivesAnError() throws {
        var fixture = try RuntimeFixture(seed: 1, graph: try Self.lookups(.f32))
        let predictor = try fixture.predictor()
        let scratch = PredictorScratch(for: predictor)
        let batch = fixture.inputs(rows: 5)
        let expected = try predictor.run(batch, scratch: scratch)
        #expect(
            try failure { _ = try predictor.run(Self.badIDs(fixture, in: "f"), scratch: scratch) }.code == .outOfRange)
        #expect(try predictor.run(batch, scratch: scratch) == expected)
    }

    @Test func inputsAreNamedInErrors() throws {
        let graph = try makeGraph { b in
            let steps = try b.sequence("s", 3)
            let pooled = try b.add(
                SegmentReduce(mode: .sum), [Operand("values", steps.values), Operand("lengths", steps.lengths)])
            try b.output("y", try b.concat([try b.bag("f"), try b.rows("d", 4), pooled]))
        }
        var fixture = try RuntimeFixture(seed: 1, graph: graph)
        let predictor = try fixture.predictor()
        let good = fixture.inputs(rows: 3)
        func message(_ change: (inout InputBatch) throws -> Void) throws -> String {
            var batch = good
            try change(&batch)
            return try failure { _ = try predictor.run(batch, scratch: PredictorScratch(for: predictor)) }.message
        }
        func slot(_ name: String) throws -> Int { try #require(good.index(of: name)) }
        let ids = good.buffers[try slot("f.values")].int64.count
        #expect(
            try message { $0.buffers[try slot("f.values")].int64.append(1) }
                == "input f.lengths adds up to \(ids), but f.values has \(ids + 1) rows")
        #expect(
            try message { $0.buffers[try slot("f.lengths")].int32 = [-1, 1, Int32(ids)] }
                == "input f.lengths: the length of row 0 is -1")
        #expect(
            try message { $0.buffers[try slot("f.lengths")].int32 = [Int32(ids), 0] }
                == "input f.lengths has 2 rows; the batch has 3")
        #expect(
            try message { $0.buffers[try slot("d.values")].float.removeLast() }
                == "input d.values has 11 elements in rows of 4")
        #expect(
            try message { $0.buffers[try slot("d.values")].float.removeLast(4) }
                == "input d.values has 2 rows; the batch has 3")
        #expect(
            try message { $0.buffers[try slot("s.values")].float += [1, 2, 3] }.hasPrefix("input s.lengths adds up to ")
        )
    }

    @Test func slotsAreChecked() throws {
        let fixture = try RuntimeFixture(seed: 1, graph: try makeGraph { try $0.output("y", try $0.rows("d", 4)) })
        let predictor = try fixture.predictor()
        try predictor.bind(slots: fixture.graph.inputSlots + [InputSlot(name: "other", element: .int64)])
        #expect(
            try failure { try predictor.bind(slots: []) }.message
                == "input d.values of the model is not among the 0 inputs given")
        #expect(
            try failure { try predictor.bind(slots: [InputSlot(name: "d.values", element: .float, width: 3)]) }.message
                == "input d.values is given as float of width 3; the model reads f32[B, 4]")
        #expect(
            try failure { try predictor.bind(slots: [InputSlot(name: "d.values", element: .int64, width: 4)]) }.code
                == .mismatch)
    }

    @Test func weightsAreChecked() throws {
        let graph = try makeGraph { b in try b.output("y", try b.linear("l", try b.bag("f"), 2)) }
        let fixture = try RuntimeFixture(seed: 1, graph: graph)
        func message(_ dense: [String: Tensor], _ tables: [String: StoredTable]) throws -> String {
            try failure { _ = try Predictor(graph: graph, dense: dense, tables: tables) }.message
        }
        #expect(try message(fixture.dense, [:]) == "table f.table has no rows")
        #expect(try message([:], fixture.tables) == "weight l.weight has no value")
        var dense = fixture.dense
        dense["l.weight"] = Tensor(zeros: [2, 3])
        #expect(
            try message(dense, fixture.tables) == "weight l.weight has shape [2, 3]; the graph expects [2, 8]")
        let narrow = try StoredTable(
            name: "f.table", dtype: .f32, rowCount: 7, width: 1, copying: [UInt8](repeating: 0, count: 28))
        #expect(
            try message(fixture.dense, ["f.table": narrow])
                == "table f.table is f32[7, 1]; the graph expects f32[7, 8]")
    }

    @Test func anOpWithoutStepsRunsByItsDefinition() throws {
        let graph = try makeGraph { b in
            let x = try b.linear("l", try b.rows("x", 3), 4)
            let doubled = try b.apply(Reversed(), x)
            try b.output("y", try b.concat([doubled, x]))
            try b.output("code", try b.add(LargestColumn(), [Operand("input", doubled)]))
        }
        var fixture = try RuntimeFixture(seed: 3, graph: graph)
        #expect(try fixture.predictor().plan.fallbacks == ["largest_column", "reversed"])
        try fixture.check()
    }

    @Test func aScratchBelongsToItsPredictor() throws {
        var fixture = try RuntimeFixture(seed: 3, graph: try makeGraph { try $0.output("y", try $0.rows("x", 3)) })
        let one = try fixture.predictor()
        let other = try fixture.predictor()
        let batch = fixture.inputs(rows: 2)
        #expect(
            try failure { _ = try one.run(batch, scratch: PredictorScratch(for: other)) }.message
                == "the scratch was made for another predictor")
        #expect(try one.run(batch, scratch: PredictorScratch(for: one))["y"]?.floats == batch.buffers[0].float)
    }
}

/// Test ops that no lowering knows.
private struct Reversed: SlipwayGraph.Operation {
    static let name = "reversed"
    static let spec = OperationSpec("columns in reverse order", operands: [("input", .one)], constraints: [])
    init() {}
    init(attributes: Attributes) throws {}
    func resultTypes(_ operands: OperandTypes) throws -> [ValueType] { [try operands("input")] }
    func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let x = try operands("input")
        let width = x.shape[1]
        return [
            Tensor(shape: x.shape, floats: (0..<x.count).map { x.floats[$0 / width * width + width - 1 - $0 % width] })
        ]
    }
}

private struct LargestColumn: SlipwayGraph.Operation {
    static let name = "largest_column"
    static let spec = OperationSpec("the column of the largest element", operands: [("input", .one)], constraints: [])
    init() {}
    init(attributes: Attributes) throws {}
    func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        [ValueType(.i64, [try operands("input").dimensions[0]])]
    }
    func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let x = try operands("input")
        let width = x.shape[1]
        let codes = (0..<x.shape[0]).map { row -> Int64 in
            let line = x.floats[row * width..<(row + 1) * width]
            return Int64((line.firstIndex(of: line.max() ?? 0) ?? 0) - row * width)
        }
        return [Tensor(shape: [x.shape[0]], ints: codes)]
    }
}
