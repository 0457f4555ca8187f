import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct HSTUAttentionTests {
    /// Rows of `x` where a step sees another; worked out by hand from upstream's mask.
    private func mask(_ operation: HSTUAttention, length: Int, tail: Int) -> [String] {
        (0..<length).map { i in
            String((0..<length).map { operation.sees(i, $0, length: length, tail: tail) ? "x" : "." })
        }
    }

    @Test func targetsSeeTheHistoryAndThemselves() {
        let operation = HSTUAttention(heads: 1, alpha: 1, scaling: 1)
        #expect(mask(operation, length: 4, tail: 2) == ["x...", "xx..", "xxx.", "xx.x"])
    }

    @Test func prefixSeesAllButTargets() {
        let operation = HSTUAttention(heads: 1, alpha: 1, scaling: 1, prefix: 2)
        #expect(mask(operation, length: 5, tail: 1) == ["xxxx.", "xxxx.", "xxx..", "xxxx.", "xxxxx"])
    }

    @Test func windowCountsPlaces() {
        let operation = HSTUAttention(heads: 1, alpha: 1, scaling: 1, window: 1)
        #expect(mask(operation, length: 5, tail: 2) == ["x....", "xx...", ".xx..", "..xx.", "..x.x"])
        let prefixed = HSTUAttention(heads: 1, alpha: 1, scaling: 1, prefix: 2, window: 1)
        #expect(mask(prefixed, length: 5, tail: 1) == ["xxxx.", "xxxx.", "xxx..", "..xx.", "...xx"])
    }

    @Test func semiLocalMasks() {
        let operation = HSTUAttention(heads: 1, alpha: 1, scaling: 1, prefix: 1, local: 2)
        #expect(mask(operation, length: 5, tail: 1) == ["x....", "xx...", "xxx..", "x.xx.", "xxxx."])
        let global = HSTUAttention(heads: 1, alpha: 1, scaling: 1, global: 2)
        #expect(mask(global, length: 4, tail: 0) == ["x...", "xx..", "xx..", "xx.."])
    }
}

extension OperationCase {
    private static func attention(_ overrides: [String: ValueType]) -> [(role: String, type: ValueType)] {
        let types: [(role: String, type: ValueType)] = [
            ("query", f32("S", 2)), ("key", f32("S", 2)), ("value", f32("S", 2)), ("lengths", i32("B")),
            ("tail", i32("B")),
        ]
        return types.map { ($0.role, overrides[$0.role] ?? $0.type) }
    }

    private static let plain = HSTUAttention(heads: 1, alpha: 1, scaling: 2)

    static let hstuAttention = OperationCase(
        examples: [
            // silu(1) = 0.731058578, silu(2) = 1.761594156, silu(-1) = -0.268941421. Row 0 has two steps of history, row 1
            // one target alone.
            Example(
                plain,
                [
                    ("query", f32("S", 1), floats([3, 1], [1, 2, -1])),
                    ("key", f32("S", 1), floats([3, 1], [1, 0.5, 1])),
                    ("value", f32("S", 1), floats([3, 1], [4, 8, 6])), ("lengths", i32("B"), ints([2], [2, 1])),
                    ("tail", i32("B"), ints([2], [0, 1])),
                ], gives: f32("S", 1),
                floats([3, 1], [1.462117157, 6.447422623, -0.806824264])),
            // Two heads with alpha 2: silu(2) and silu(-2) = -0.238405844.
            Example(
                HSTUAttention(heads: 2, alpha: 2, scaling: 1),
                [
                    ("query", f32("S", 2), floats([1, 2], [1, -1])), ("key", f32("S", 2), floats([1, 2], [1, 1])),
                    ("value", f32("S", 4), floats([1, 4], [1, 2, 3, 4])), ("lengths", i32("B"), ints([1], [1])),
                    ("tail", i32("B"), ints([1], [0])),
                ], gives: f32("S", 4),
                floats([1, 4], [1.761594156, 3.523188312, -0.715217532, -0.953623376])),
        ],
        violations: [
            Violation(1, plain, attention(["query": f32("S", "D")])),
            Violation(2, plain, attention(["key": f32("S", 4)])),
            Violation(3, plain, attention(["value": f32("T", 2)])),
            Violation(4, plain, attention(["lengths": i64("B")])),
            Violation(5, plain, attention(["tail": i32("U")])),
            Violation(6, HSTUAttention(heads: 3, alpha: 1, scaling: 1), attention([:])),
            Violation(7, HSTUAttention(heads: 1, alpha: 1, scaling: 0), attention([:])),
            Violation(8, HSTUAttention(heads: 1, alpha: 1, scaling: 1, window: -1), attention([:])),
        ])
}
