import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct BinaryTests {
    @Test func everyFunctionHasAnExample() {
        let tested = OperationCase.binary.examples.compactMap { ($0.operation as? Binary)?.function }
        #expect(Set(tested) == Set(Binary.Function.allCases))
    }

    @Test(arguments: Binary.Function.allCases) func passesNaNOn(_ function: Binary.Function) throws {
        let operands = OperandValues([
            ("a", f32(2), floats([2], [.nan, 1])), ("b", f32(2), floats([2], [1, .nan])),
        ])
        #expect(try Binary(function).evaluate(operands)[0].floats.allSatisfy { $0.isNaN })
    }

    @Test func weightsAreOnNoSide() throws {
        func side(_ a: ValueType, _ b: ValueType) throws -> Side {
            try Binary(.add).resultTypes(OperandTypes([("a", a), ("b", b)]))[0].side
        }
        #expect(try side(f32("U", 2, side: .user), f32(2)) == .user)
        #expect(try side(f32(2), f32("U", 2, side: .user)) == .user)
        #expect(try side(f32("U", 2, side: .user), f32("U", 2)) == .item)
        #expect(try side(f32("B", 2), f32(2)) == .item)
        #expect(try side(f32(2), f32(2)) == .item)
    }
}

extension OperationCase {
    private static func pair(_ function: Binary.Function, _ expected: [Float]) -> Example {
        Example(
            Binary(function), [("a", f32("B"), floats([3], [6, -1, 0])), ("b", f32("B"), floats([3], [2, 4, 0]))],
            gives: f32("B"), floats([3], expected))
    }

    static let binary = OperationCase(
        examples: [
            pair(.add, [8, 3, 0]), pair(.subtract, [4, -5, 0]), pair(.multiply, [12, -4, 0]),
            pair(.divide, [3, -0.25, .nan]), pair(.maximum, [6, 4, 0]), pair(.minimum, [2, -1, 0]),
            // A row over every row, and a column over every column.
            Example(
                Binary(.subtract),
                [
                    ("a", f32("B", 1, 2), floats([2, 1, 2], [1, 2, 3, 4])),
                    ("b", f32(3, 1), floats([3, 1], [10, 20, 30])),
                ],
                gives: f32("B", 3, 2),
                floats([2, 3, 2], [-9, -8, -19, -18, -29, -28, -7, -6, -17, -16, -27, -26])),
            Example(
                Binary(.multiply), [("a", f32("B", 2), floats([0, 2], [])), ("b", f32(2), floats([2], [1, 2]))],
                gives: f32("B", 2), floats([0, 2], [])),
            Example(
                Binary(.divide), [("a", f32("B"), floats([2], [1, -1])), ("b", f32(), floats([], [0]))],
                gives: f32("B"), floats([2], [.infinity, -.infinity])),
        ],
        violations: [
            Violation(1, Binary(.add), [("a", i64("B")), ("b", f32("B"))]),
            Violation(2, Binary(.add), [("a", f32("B", 3)), ("b", f32(2))]),
            Violation(2, Binary(.add), [("a", f32("B", 3)), ("b", f32("U", 3, side: .user))]),
        ])
}
