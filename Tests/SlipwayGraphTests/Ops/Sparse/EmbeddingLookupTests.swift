import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct EmbeddingLookupTests {
    private func rows(_ dtype: DType, _ ids: [Int64]) throws -> [Float] {
        try EmbeddingLookup(feature: "clicks").evaluate(
            OperandValues([
                ("table", ValueType(dtype, [2, 1]), floats([2, 1], [7, 8])), ("ids", i64("S"), ints([ids.count], ids)),
            ]))[0].floats
    }

    @Test(arguments: [2, -1]) func plainTableRefusesBadIds(_ id: Int64) {
        let error = #expect(throws: SlipwayError.self) { try rows(.f32, [1, 0, id]) }
        #expect(error?.message == "clicks: id \(id) at position 2 is outside 0..<2")
    }

    @Test(arguments: [DType.f16, .bf16, .q8, .q4, .q2]) func otherTablesMapBadIds(_ dtype: DType) throws {
        #expect(try rows(dtype, [1, 2, -1, -2, .max]) == [8, 7, 0, 7, 7])
    }
}

extension OperationCase {
    private static let lookup = EmbeddingLookup(feature: "clicks")

    static let embeddingLookup = OperationCase(
        examples: [
            Example(
                lookup,
                [
                    ("table", f32(2, 2), floats([2, 2], [1, 2, 3, 4])),
                    ("ids", i64("S:clicks", side: .user), ints([3], [1, 1, 0])),
                ], gives: f32("S:clicks", 2, side: .user), floats([3, 2], [3, 4, 3, 4, 1, 2])),
            Example(
                lookup,
                [("table", ValueType(.bf16, [1, 2]), floats([1, 2], [1, .nan])), ("ids", i64("S"), ints([1], [0]))],
                gives: f32("S", 2), floats([1, 2], [1, .nan])),
        ],
        violations: [
            Violation(1, lookup, [("table", ValueType(.f64, [2, 2])), ("ids", i64("S"))]),
            Violation(1, lookup, [("table", f32(2, 2, 2)), ("ids", i64("S"))]),
            Violation(2, lookup, [("table", f32(2, 2)), ("ids", i64("S", 1))]),
        ])
}
