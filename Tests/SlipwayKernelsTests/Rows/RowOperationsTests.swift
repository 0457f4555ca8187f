import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct RowOperationsTests {
    private typealias Body = (InstructionSet, MatrixView, MutableMatrixView) throws -> Void

    private func run(_ x: Matrix, columns: Int, isa: InstructionSet, _ body: Body) throws -> Matrix {
        var out = Matrix(zeros: x.rows, columns)
        try x.read { x in try out.write { try body(isa, x, $0) } }
        return out
    }

    private func expectReference(
        _ x: Matrix, columns: Int, isa: InstructionSet, tolerance: Float, _ what: String, _ body: Body
    ) throws {
        let out = try run(x, columns: columns, isa: isa, body)
        let expected = try run(x, columns: columns, isa: .scalar, body)
        #expect(firstDifference(out.values, expected.values, tolerance: tolerance) == nil, "\(isa) \(what)")
        #expect(out.gapsAreUntouched, "\(isa) \(what)")
    }

    @Test(arguments: InstructionSet.available)
    func rowKernelsEqualTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 61
        var random = SeededRandom(seed: seed)
        for n in Array(1...40) + [64, 100, 513] {
            let what = "seed \(seed), n \(n)"
            let x = Matrix(random.floats(5 * n, in: -6...6), rows: 5, columns: n)
            let (gamma, beta) = (random.floats(n), random.floats(n))
            let mask = (0..<5 * n).map { _ in UInt8.random(in: 0...1, using: &random) }
            try expectReference(x, columns: n, isa: isa, tolerance: 1e-6, "softmax \(what)") {
                try $0.softmax($1, scale: 0.7, into: $2)
            }
            try expectReference(x, columns: n, isa: isa, tolerance: 1e-6, "masked softmax \(what)") { isa, x, out in
                try mask.withUnsafeBufferPointer {
                    try isa.softmax(x, mask: $0.baseAddress, maskStride: n, into: out)
                }
            }
            for vectors in [false, true] {
                try expectReference(x, columns: n, isa: isa, tolerance: 4e-6, "layer norm \(what)") {
                    try $0.layerNorm($1, gamma: vectors ? gamma : nil, beta: vectors ? beta : nil, eps: 1e-3, into: $2)
                }
            }
            try expectReference(x, columns: 1, isa: isa, tolerance: 3e-6 * Float(n), "row sum \(what)") {
                try $0.rowSum($1, into: $2)
            }
            try expectReference(x, columns: n, isa: isa, tolerance: 1e-6, "l2 \(what)") {
                try $0.l2Normalize($1, into: $2)
            }
        }
        for (fields, width) in [(1, 4), (3, 1), (26, 16), (5, 37), (0, 4), (4, 0)] {
            let x = Matrix(random.floats(3 * fields * width), rows: 3, columns: fields * width)
            try expectReference(x, columns: width, isa: isa, tolerance: 1e-5, "fm \(fields) × \(width)") {
                try $0.factorizationMachine($1, fields: fields, into: $2)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func softmaxOfSpecialRows(isa: InstructionSet) throws {
        let n = 19
        let flat = [Float](repeating: 3, count: n)
        let low = [Float](repeating: -.infinity, count: n)
        var one = low
        one[17] = -2
        var poisoned = flat
        poisoned[4] = .nan
        let x = Matrix(flat + low + one + poisoned + flat.map { $0 * 1e30 }, rows: 5, columns: n)
        let out = try run(x, columns: n, isa: isa) { try $0.softmax($1, into: $2) }.values
        let even = [Float](repeating: 1 / Float(n), count: n)
        let nan = [Float](repeating: .nan, count: n)
        let expected = even + nan + one.map { $0 == -2 ? 1 : 0 } + nan + even
        #expect(firstDifference(out, expected, tolerance: 1e-6) == nil)
        let masked = try run(x, columns: n, isa: isa) { isa, x, out in
            let none = [UInt8](repeating: 0, count: n)
            try none.withUnsafeBufferPointer { try isa.softmax(x, mask: $0.baseAddress, maskStride: 0, into: out) }
        }
        #expect(masked.values.allSatisfy { $0 == 0 })
    }

    @Test func smallRowsByHand() throws {
        for isa in InstructionSet.available {
            let x = Matrix([3, 4, -3, -4, 0, 0], rows: 3, columns: 2)
            let unit = try run(x, columns: 2, isa: isa) { try $0.l2Normalize($1, into: $2) }
            #expect(firstDifference(unit.values, [0.6, 0.8, -0.6, -0.8, 0, 0], tolerance: 1e-7) == nil)
            #expect(try run(x, columns: 1, isa: isa) { try $0.rowSum($1, into: $2) }.values == [7, -7, 0])
            let norm = try run(x, columns: 2, isa: isa) {
                try $0.layerNorm($1, gamma: nil, beta: nil, eps: 0.75, into: $2)
            }
            // Means 3.5, -3.5, 0; variance 1/4, so the divisor is 1.
            #expect(firstDifference(norm.values, [-0.5, 0.5, 0.5, -0.5, 0, 0], tolerance: 1e-7) == nil)
            // Fields (1, 2), (3, -1), (2, 5): sums 6, 6; squares 14, 30.
            let fields = Matrix([1, 2, 3, -1, 2, 5], rows: 1, columns: 6)
            let fm = try run(fields, columns: 2, isa: isa) { try $0.factorizationMachine($1, fields: 3, into: $2) }
            #expect(fm.values == [11, 3])
        }
    }
}
