import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct UnaryTests {
    @Test func everyFunctionHasAnExample() {
        let tested = OperationCase.unary.examples.compactMap { ($0.operation as? Unary)?.function }
        #expect(Set(tested) == Set(Unary.Function.allCases))
    }

    @Test(arguments: Unary.Function.allCases) func passesNaNOn(_ function: Unary.Function) throws {
        let found = try Unary(function).evaluate(OperandValues([("input", f32(1), floats([1], [.nan]))]))
        #expect(found[0].floats[0].isNaN)
    }

    @Test func logSigmoidIsFiniteFarBelowZero() throws {
        let found = try Unary(.logsigmoid).evaluate(OperandValues([("input", f32(1), floats([1], [-1000]))]))
        #expect(found[0].floats == [-1000])
    }
}

extension OperationCase {
    /// PyTorch's values at these points, computed in double precision.
    private static let points: [Float] = [-40, -4, -0.5, 0, 1.5, 30]
    private static let functions: [(Unary.Function, [Float])] = [
        (.relu, [0, 0, 0, 0, 1.5, 30]),
        (.sigmoid, [4.24835426e-18, 0.01798621, 0.377540669, 0.5, 0.817574476, 1]),
        (.tanh, [-1, -0.9993293, -0.462117157, 0, 0.905148254, 1]),
        (.silu, [-1.6993417e-16, -0.0719448398, -0.188770334, 0, 1.22636171, 30]),
        (.gelu, [-0, -0.000126684967, -0.154268769, 0, 1.3997892, 30]),
        (.exp, [4.24835426e-18, 0.0183156389, 0.60653066, 1, 4.48168907, 1.06864746e+13]),
        (.log, [.nan, .nan, .nan, -.infinity, 0.405465108, 3.40119738]),
        (.sqrt, [.nan, .nan, .nan, 0, 1.22474487, 5.47722558]),
        (.abs, [40, 4, 0.5, 0, 1.5, 30]),
        (.negate, [40, 4, 0.5, -0, -1.5, -30]),
        (.square, [1600, 16, 0.25, 0, 2.25, 900]),
        (.softplus, [4.24835426e-18, 0.0181499279, 0.474076984, 0.693147181, 1.70141328, 30]),
        (.softsign, [-0.975609756, -0.8, -0.333333333, 0, 0.6, 0.967741935]),
        (.selu, [-1.75809934, -1.72589863, -0.691758188, 0, 1.57605148, 31.5210296]),
        (.mish, [-1.6993417e-16, -0.0725917408, -0.220743775, 0, 1.40337827, 30]),
        (.relu6, [0, 0, 0, 0, 1.5, 6]),
        (.hardswish, [-0, -0, -0.208333333, 0, 1.125, 30]),
        (.hardsigmoid, [0, 0, 0.416666667, 0.5, 0.75, 1]),
        (.hardtanh, [-1, -1, -0.5, 0, 1, 1]),
        (.logsigmoid, [-40, -4.01814993, -0.974076984, -0.693147181, -0.201413278, -9.35762297e-14]),
        (.tanhshrink, [-39, -3.0006707, -0.0378828427, 0, 0.594851746, 29]),
        (.geluTanh, [-0, -7.02459482e-05, -0.15428599, 0, 1.39957158, 30]),
    ]

    static let unary = OperationCase(
        examples: functions.map { function, expected in
            Example(
                Unary(function), [("input", f32("U", 6, side: .user), floats([1, 6], points))],
                gives: f32("U", 6, side: .user), floats([1, 6], expected))
        },
        violations: [Violation(1, Unary(.relu), [("input", i64("B"))])])
}
