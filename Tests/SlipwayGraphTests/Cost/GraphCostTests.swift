import SlipwayCore
import Testing

@testable import SlipwayGraph

/// Work of graphs, worked out by hand.
@Suite struct GraphCostTests {
    private typealias Entry = OperationSizes.Entry

    private func flops(
        _ operation: any Operation, _ operands: [(String, DType, [Int])], _ results: [[Int]]
    ) -> Double {
        operation.flops(
            OperationSizes(
                operands: operands.map { Entry($0.0, $0.1, $0.2) }, results: results.map { Entry("", .f32, $0) }))
    }

    @Test func productsCountMultiplicationsAndAdditions() {
        // 10 rows, 3 inputs, 4 columns: 10 · 4 · 3 multiplications and as many additions, 40 for the bias.
        let operands: [(String, DType, [Int])] = [("input", .f32, [10, 3]), ("weight", .f32, [4, 3])]
        #expect(flops(Linear(), operands, [[10, 4]]) == 240)
        #expect(flops(Linear(), operands + [("bias", .f32, [4])], [[10, 4]]) == 280)
        // Two batches of [5, 3] · [3, 7].
        #expect(
            flops(Matmul(transposeB: false), [("a", .f32, [2, 5, 3]), ("b", .f32, [2, 3, 7])], [[2, 5, 7]]) == 420)
        // Three pairs of 4 fields' … F = 3 fields of width 4 on 2 rows: 3 pairs · 2 rows · 8.
        #expect(flops(PairwiseDot(), [("input", .f32, [2, 3, 4])], [[2, 3]]) == 48)
    }

    @Test func copiesComputeNothing() {
        #expect(flops(Concat(axis: 1), [("input", .f32, [8, 3]), ("input", .f32, [8, 2])], [[8, 5]]) == 0)
        #expect(flops(Tile(), [("rows", .f32, [1, 3]), ("count", .i32, [1])], [[8, 3]]) == 0)
    }

    @Test func elementsCountByTheirFormula() {
        let x: [(String, DType, [Int])] = [("input", .f32, [2, 8])]
        #expect(flops(Unary(.relu), x, [[2, 8]]) == 16)
        #expect(flops(Affine(scale: 2, shift: 1), x, [[2, 8]]) == 32)
        #expect(flops(Softmax(), x, [[2, 8]]) == 80)
        #expect(flops(LayerNorm(epsilon: 1e-5), x, [[2, 8]]) == 96)
        #expect(flops(Reduce(.sum, axis: 1, keep: false), x, [[2]]) == 16)
    }

    @Test func lookupsCountTheRowsTheyRead() {
        // 6 ids of width 4: 24 sums; two more for each code of a quantized row.
        let bag = EmbeddingBag(mode: .sum, feature: "f")
        let plain: [(String, DType, [Int])] = [("table", .f32, [100, 4]), ("ids", .i64, [6]), ("lengths", .i32, [2])]
        #expect(flops(bag, plain, [[2, 4]]) == 24)
        #expect(flops(bag, [("table", .q8, [100, 4])] + plain.dropFirst(), [[2, 4]]) == 72)
        #expect(
            flops(EmbeddingBag(mode: .mean, feature: "f"), plain + [("weights", .f32, [6])], [[2, 4]]) == 56)
    }

    @Test func attentionCountsPairs() {
        // 2 rows of 3 steps, width 4, one head: 18 pairs of 4 · 4 + 6.
        let steps: [(String, DType, [Int])] = ["query", "key", "value"].map { ($0, .f32, [6, 4]) }
        #expect(flops(JaggedAttention(heads: 1), steps + [("lengths", .i32, [2])], [[6, 4]]) == 396)
        // 2 queries, 3 steps of one request, width 4, 5 columns, 6 pairs: 2 · 5 · (8 + 12) for the shares, and for each pair
        // 4 products, 2 · 4 · 5 for their layer, 3 · 5 for the sums and the bias.
        let layer = AttentionLayer(symbol: "P")
        #expect(
            flops(
                layer,
                [
                    ("query", .f32, [2, 4]), ("sequence", .f32, [3, 4]), ("lengths", .i32, [1]), ("count", .i32, [1]),
                    ("query_weight", .f32, [5, 4]), ("step_weight", .f32, [5, 4]), ("product_weight", .f32, [5, 4]),
                    ("bias", .f32, [5]),
                ], [[6, 5]]) == 200 + 6 * (4 + 40 + 15))
    }

    @Test func stepsAreCountedBySideAndKindOfMemory() throws {
        var builder = GraphBuilder(name: "g")
        let ids = try builder.input("u.values", ValueType(.i64, [.symbol("N:u")], side: .user))
        let lengths = try builder.input("u.lengths", ValueType(.i32, [.user], side: .user))
        let count = try builder.input("batch_size", ValueType(.i32, [.user], side: .user))
        let table = try builder.table("t.weight", rows: 50, width: 4, dtype: .q8)
        let bag = try builder.add(
            EmbeddingBag(mode: .sum, feature: "u"),
            [Operand("table", table), Operand("ids", ids), Operand("lengths", lengths)])
        let tiled = try builder.add(Tile(), [Operand("rows", bag), Operand("count", count)])
        let weight = try builder.parameter("w", shape: [2, 4])
        let twice = try builder.add(Unary(.relu), [Operand("input", weight)])
        try builder.output("y", try builder.add(Linear(), [Operand("input", tiled), Operand("weight", twice)]))
        let cost = try GraphCost(try builder.build(), sizes: ["B": 10, "U": 1, "N:u": 3])
        // What weights alone decide is left out.
        #expect(cost.steps.map(\.operation) == ["embedding_bag", "tile", "linear"])
        #expect(cost.steps.map(\.side) == [.user, .item, .item])
        #expect(cost.steps.map(\.flops) == [36, 0, 160])
        // Three rows of 4 codes and 4 bytes of scale and bias.
        #expect(cost.steps.map(\.tableBytes) == [24, 0, 0])
        // Ids 24, lengths 4, result 16; rows 16, count 4, result 160; input 160, the folded weight 32, result 80.
        #expect(cost.steps.map(\.valueBytes) == [44, 180, 272])
        #expect(throws: SlipwayError.self) { try GraphCost(try builder.build(), sizes: ["B": 10]) }
    }
}
