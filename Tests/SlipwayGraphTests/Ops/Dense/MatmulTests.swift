import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct MatmulTests {
    @Test func aShareOfTheItemSideMakesItTheItemSide() throws {
        func side(_ a: ValueType, _ b: ValueType) throws -> Side {
            try Matmul().resultTypes(OperandTypes([("a", a), ("b", b)]))[0].side
        }
        #expect(try side(f32("U", 2, side: .user), f32(2, 3)) == .user)
        #expect(try side(f32("U", 2, 2, side: .user), f32("U", 2, 2, side: .user)) == .user)
        #expect(try side(f32("U", 2, 2, side: .user), f32("U", 2, 2)) == .item)
        #expect(try side(f32("B", 2), f32(2, 3)) == .item)
    }
}

extension OperationCase {
    static let matmul = OperationCase(
        examples: [
            Example(
                Matmul(),
                [
                    ("a", f32("B", 2), floats([2, 2], [1, 2, 3, 4])),
                    ("b", f32(2, 3), floats([2, 3], [1, 0, -1, 2, 1, 0])),
                ], gives: f32("B", 3), floats([2, 3], [5, 2, -1, 11, 4, -3])),
            // Row b of each batch: (1, 2) · rows of b transposed.
            Example(
                Matmul(transposeB: true),
                [
                    ("a", f32("B", 1, 2), floats([2, 1, 2], [1, 2, 3, 4])),
                    ("b", f32("B", "T:g", 2), floats([2, 2, 2], [1, 1, 0, 1, 2, 0, 0, -1])),
                ], gives: f32("B", 1, "T:g"), floats([2, 1, 2], [3, 2, 6, -4])),
            Example(
                Matmul(),
                [
                    ("a", f32("B", 1, 2), floats([2, 1, 2], [1, 2, 3, 4])), ("b", f32(2, 1), floats([2, 1], [10, 1])),
                ],
                gives: f32("B", 1, 1), floats([2, 1, 1], [12, 34])),
        ],
        violations: [
            Violation(1, Matmul(), [("a", f32("B")), ("b", f32(2, 3))]),
            Violation(2, Matmul(), [("a", f32("B", 2)), ("b", f32(3, 2))]),
            Violation(2, Matmul(transposeB: true), [("a", f32("B", 2)), ("b", f32(2, 3))]),
            Violation(2, Matmul(), [("a", f32("B", 2, 2, 2)), ("b", f32("B", 2, 2))]),
            Violation(2, Matmul(), [("a", f32("B", 2)), ("b", f32())]),
            Violation(3, Matmul(), [("a", f32("B", 1, 2)), ("b", f32("U", 2, 1, side: .user))]),
        ])
}
