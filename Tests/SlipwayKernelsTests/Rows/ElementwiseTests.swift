import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct ElementwiseTests {
    private func unary(_ op: UnaryOp, _ x: [Float], isa: InstructionSet) throws -> [Float] {
        var out = Matrix(zeros: 1, x.count)
        try Matrix(x, rows: 1, columns: x.count).read { x in try out.write { try isa.unary(op, x, into: $0) } }
        return out.values
    }

    /// Distance of `value` from the exact result in units of the result's last place.
    private func ulps(_ value: Float, _ exact: Double) -> Double {
        let rounded = Float(exact)
        if rounded.isNaN { return value.isNaN ? 0 : .infinity }
        if rounded.isInfinite || value.isInfinite { return value == rounded ? 0 : 1 }
        let unit = Double(max(rounded.magnitude.ulp, Float.leastNonzeroMagnitude))
        return abs(Double(value) - exact) / unit
    }

    /// Every `step`-th float of a bit range, both signs.
    private func sweep(_ low: Float, _ high: Float, count: Int) -> [Float] {
        let from = low.bitPattern
        let to = high.bitPattern
        let step = max(1, (to - from) / UInt32(count))
        let positive = stride(from: from, through: to, by: Int(step)).map { Float(bitPattern: $0) }
        return positive + positive.map { -$0 }
    }

    @Test(arguments: InstructionSet.available)
    func functionsAreAccurate(isa: InstructionSet) throws {
        let cases: [(op: UnaryOp, exact: (Double) -> Double, most: Double)] = [
            (.exp, { exp($0) }, 1.5), (.sigmoid, { 1 / (1 + exp(-$0)) }, 2), (.tanh, { tanh($0) }, 2),
            (.erf, { erf($0) }, 1.5), (.log, { log($0) }, 1.5), (.sqrt, { $0.squareRoot() }, 0.5),
            (.reciprocal, { 1 / $0 }, 0.5),
        ]
        for (op, exact, most) in cases {
            let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 88.72, 88.73, -87.4, -103.9, -104.1]
            let x =
                sweep(1e-30, 0.01, count: 5000) + sweep(0.01, 120, count: 40_000) + sweep(120, 1e38, count: 2000)
                + sweep(Float.leastNonzeroMagnitude, 1e-38, count: 2000) + special
            let y = try unary(op, x, isa: isa)
            var worst = (error: 0.0, at: Float(0))
            for (x, y) in zip(x, y) {
                let error = ulps(y, exact(Double(x)))
                if error > worst.error { worst = (error, x) }
            }
            #expect(worst.error <= most, "\(isa) \(op) at \(worst.at)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func unaryEqualsTheReference(isa: InstructionSet) throws {
        var random = SeededRandom(seed: 51)
        for op in UnaryOp.allCases {
            for n in [0, 1, 7, 8, 16, 19, 33] {
                let x = Matrix(random.adversarialFloats(4 * n), rows: 4, columns: n)
                let run = { (isa: InstructionSet) in
                    var out = Matrix(zeros: 4, n)
                    try x.read { x in try out.write { try isa.unary(op, x, into: $0) } }
                    return out
                }
                let (out, expected) = (try run(isa), try run(.scalar))
                #expect(firstDifference(out.values, expected.values, tolerance: 1e-6) == nil, "\(isa) \(op) n \(n)")
                #expect(out.gapsAreUntouched)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func binaryEqualsTheReference(isa: InstructionSet) throws {
        var random = SeededRandom(seed: 52)
        for op in BinaryOp.allCases {
            for n in [1, 5, 8, 16, 21, 35] {
                let a = Matrix(random.adversarialFloats(3 * n), rows: 3, columns: n)
                let b = Matrix(random.adversarialFloats(3 * n), rows: 3, columns: n, gap: 1)
                let run = { (isa: InstructionSet, kind: Int) in
                    var out = Matrix(zeros: 3, n)
                    try a.read { a in
                        try b.read { b in
                            guard let values = b.base else { return }
                            let operands: [BinaryOperand] = [
                                .full(b), .row(values), .column(values, stride: b.stride), .scalar(values[0]),
                            ]
                            try out.write { try isa.binary(op, a, operands[kind], into: $0) }
                        }
                    }
                    return out
                }
                for kind in 0..<4 {
                    let (out, expected) = (try run(isa, kind), try run(.scalar, kind))
                    let difference = firstDifference(out.values, expected.values, tolerance: 0)
                    #expect(difference == nil, "\(isa) \(op) n \(n) operand \(kind)")
                    #expect(out.gapsAreUntouched)
                }
            }
        }
    }

    @Test func operandsBroadcastByHand() throws {
        for isa in InstructionSet.available {
            let a = Matrix([1, 2, 3, 4], rows: 2, columns: 2)
            let run = { (op: BinaryOp, b: BinaryOperand) in
                var out = Matrix(zeros: 2, 2)
                try a.read { a in try out.write { try isa.binary(op, a, b, into: $0) } }
                return out.values
            }
            let b: [Float] = [10, 20]
            try b.withUnsafeBufferPointer {
                let base = try #require($0.baseAddress)
                #expect(try run(.add, .row(base)) == [11, 22, 13, 24])
                #expect(try run(.subtract, .column(base, stride: 1)) == [-9, -8, -17, -16])
                #expect(try run(.divideReversed, .scalar(12)) == [12, 6, 4, 3])
                #expect(try run(.subtractReversed, .row(base)) == [9, 18, 7, 16])
                #expect(try run(.max, .scalar(.nan)).allSatisfy { $0.isNaN })
            }
        }
    }
}
