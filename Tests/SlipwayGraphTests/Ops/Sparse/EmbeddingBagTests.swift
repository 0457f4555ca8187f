import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct EmbeddingBagTests {
    static let mapping: [DType] = [.f16, .bf16, .q8, .q4, .q2]

    private func pooled(_ dtype: DType, rows: Int = 3, mode: PoolingMode = .sum, _ ids: [Int64]) throws -> [Float] {
        let values = (0..<rows).map { Float($0 * 10 + 1) }
        return try EmbeddingBag(mode: mode, feature: "city").evaluate(
            OperandValues([
                ("table", ValueType(dtype, [.fixed(rows), 1]), floats([rows, 1], values)),
                ("ids", i64("N:city"), ints([ids.count], ids)), ("lengths", i32("B"), ints([1], [Int64(ids.count)])),
            ]))[0].floats
    }

    @Test(arguments: [3, -1, Int64.max, Int64.min]) func plainTableRefusesBadIds(_ id: Int64) {
        let error = #expect(throws: SlipwayError.self) { try pooled(.f32, [0, id]) }
        #expect(error?.code == .outOfRange)
        #expect(error?.message == "city: id \(id) at position 1 is outside 0..<3")
        #expect(error?.fix != nil)
    }

    /// As fbgemm's inference lookup: row 0 for an id ≥ N or < −1, zeros for −1, which still counts in a mean.
    @Test(arguments: mapping) func otherTablesMapBadIds(_ dtype: DType) throws {
        #expect(try pooled(dtype, [3]) == [1])
        #expect(try pooled(dtype, [-2]) == [1])
        #expect(try pooled(dtype, [.max, .min]) == [2])
        #expect(try pooled(dtype, [-1]) == [0])
        #expect(try pooled(dtype, mode: .mean, [1, -1]) == [5.5])
    }

    @Test(arguments: mapping + [.f32]) func tableWithoutRowsRefusesIds(_ dtype: DType) {
        #expect(throws: SlipwayError.self) { try pooled(dtype, rows: 0, [0]) }
    }

    @Test func lengthsMustMatchIds() {
        for lengths: [Int64] in [[1], [3], [-1, 3], [.max, .max]] {
            let error = #expect(throws: SlipwayError.self) {
                try EmbeddingBag(mode: .sum, feature: "city").evaluate(
                    OperandValues([
                        ("table", f32(3, 1), floats([3, 1], [1, 2, 3])), ("ids", i64("N:city"), ints([2], [0, 1])),
                        ("lengths", i32("B"), ints([lengths.count], lengths)),
                    ]))
            }
            #expect(error?.code == .mismatch)
            #expect(error?.message.hasPrefix("city: length") == true)
        }
    }

    @Test func itemWeightsMakeItTheItemSide() throws {
        let type = try EmbeddingBag(mode: .sum, feature: "city").resultTypes(
            OperandTypes([
                ("table", f32(3, 1)), ("ids", i64("N:city", side: .user)), ("lengths", i32("U", side: .user)),
                ("weights", f32("N:city")),
            ]))
        #expect(type == [f32("U", 1)])
    }
}

extension OperationCase {
    private static let sum = EmbeddingBag(mode: .sum, feature: "city")
    private static let mean = EmbeddingBag(mode: .mean, feature: "city")
    private static let rows = floats([3, 2], [1, 2, 10, 20, 100, 200])
    private static let ids = ints([4], [0, 2, 2, 1])
    private static let lengths = ints([3], [3, 0, 1])

    static let embeddingBag = OperationCase(
        examples: [
            Example(
                sum, [("table", f32(3, 2), rows), ("ids", i64("N:city"), ids), ("lengths", i32("B"), lengths)],
                gives: f32("B", 2), floats([3, 2], [201, 402, 0, 0, 10, 20])),
            Example(
                mean,
                [
                    ("table", ValueType(.q8, [3, 2]), rows), ("ids", i64("N:city", side: .user), ids),
                    ("lengths", i32("U", side: .user), lengths),
                ], gives: f32("U", 2, side: .user), floats([3, 2], [67, 134, 0, 0, 10, 20])),
            // 1·0.5 + 100·2 − 100·1 = 100.5, a third of it with mean: the divisor is the length, not the weights.
            Example(
                mean,
                [
                    ("table", ValueType(.f16, [3, 2]), rows), ("ids", i64("N:city"), ids),
                    ("lengths", i32("B"), lengths),
                    ("weights", f32("N:city"), floats([4], [0.5, 2, -1, 3])),
                ], gives: f32("B", 2), floats([3, 2], [33.5, 67, 0, 0, 30, 60])),
            Example(
                sum,
                [
                    ("table", f32(3, 2), rows), ("ids", i64("N:city"), ints([0], [])),
                    ("lengths", i32("B"), ints([0], [])),
                ],
                gives: f32("B", 2), floats([0, 2], [])),
        ],
        violations: [
            Violation(1, sum, [("table", f32(3)), ("ids", i64("N:city")), ("lengths", i32("B"))]),
            Violation(1, sum, [("table", i64(3, 2)), ("ids", i64("N:city")), ("lengths", i32("B"))]),
            Violation(1, sum, [("table", ValueType(.f64, [3, 2])), ("ids", i64("N:city")), ("lengths", i32("B"))]),
            Violation(2, sum, [("table", f32(3, 2)), ("ids", i32("N:city")), ("lengths", i32("B"))]),
            Violation(3, sum, [("table", f32(3, 2)), ("ids", i64("N:city")), ("lengths", i64("B"))]),
            Violation(
                4, sum,
                [("table", f32(3, 2)), ("ids", i64("N:city")), ("lengths", i32("B")), ("weights", f32("N:other"))]),
        ])
}
