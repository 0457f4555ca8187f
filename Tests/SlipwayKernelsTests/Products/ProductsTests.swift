import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct ProductsTests {
    @Test(arguments: InstructionSet.available)
    func batchedProductsEqualTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 41
        var random = SeededRandom(seed: seed)
        let shapes = [
            (3, 5, 7, 4), (2, 1, 16, 33), (2, 80, 64, 16), (1, 13, 40, 300), (2, 7, 31, 520), (2, 3, 2, 0),
            (0, 3, 3, 3),
            (1, 1, 1, 1), (2, 26, 26, 16), (3, 6, 17, 8),
        ]
        for (batch, m, n, k) in shapes {
            for transposed in [false, true] {
                let a = Matrix(random.floats(batch * m * k), rows: batch * m, columns: k)
                let b =
                    transposed
                    ? Matrix(random.floats(batch * n * k), rows: batch * n, columns: k)
                    : Matrix(random.floats(batch * n * k), rows: batch * k, columns: n)
                let epilogue = EpilogueVectors(bias: random.floats(n), activation: .tanh)
                let run = { (isa: InstructionSet) in
                    var c = Matrix(zeros: batch * m, n)
                    let strides = (a.stride * m, b.stride * (transposed ? n : k), c.stride * m)
                    try epilogue.with { epilogue in
                        try a.read { a in
                            try b.read { b in
                                try c.write { c in
                                    var (a, b, c) = (a, b, c)
                                    a.rows = m
                                    b.rows = transposed ? n : k
                                    c.rows = m
                                    try isa.bmm(
                                        batch: batch, MatrixBatch(a, batchStride: strides.0),
                                        MatrixBatch(b, batchStride: strides.1), transposed: transposed, into: c,
                                        batchStride: strides.2, epilogue)
                                }
                            }
                        }
                    }
                    return c
                }
                let (out, expected) = (try run(isa), try run(.scalar))
                #expect(
                    firstDifference(out.values, expected.values, tolerance: 1e-5) == nil,
                    "seed \(seed), \(isa) \(batch) × [\(m), \(k)] by [\(k), \(n)] transposed \(transposed)")
                #expect(out.gapsAreUntouched)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func pairsEqualTheReference(isa: InstructionSet) throws {
        var random = SeededRandom(seed: 42)
        for (fields, width) in [(1, 4), (2, 3), (5, 16), (13, 7), (27, 16), (33, 8), (40, 300), (70, 2), (3, 0)] {
            let x = Matrix(random.floats(3 * fields * width), rows: 3, columns: fields * width)
            for triangle in [Triangle.upper, .upperDiagonal, .lower, .lowerDiagonal] {
                let diagonal = triangle == .upperDiagonal || triangle == .lowerDiagonal
                let pairs = fields * (fields + (diagonal ? 1 : -1)) / 2
                let run = { (isa: InstructionSet) in
                    var out = Matrix(zeros: 3, pairs)
                    try x.read { x in
                        try out.write { try isa.interact(x, fields: fields, triangle: triangle, into: $0) }
                    }
                    return out
                }
                let (out, expected) = (try run(isa), try run(.scalar))
                #expect(
                    firstDifference(out.values, expected.values, tolerance: 1e-5) == nil,
                    "\(isa) \(fields) × \(width) \(triangle)")
                #expect(out.gapsAreUntouched)
            }
        }
    }

    @Test func pairsByHand() throws {
        // Fields (1, 2), (3, 4), (5, 6): 0·1 = 11, 0·2 = 17, 1·2 = 39; squares 5, 25, 61.
        let x = Matrix([1, 2, 3, 4, 5, 6], rows: 1, columns: 6)
        let expected: [(Triangle, [Float])] = [
            (.upper, [11, 17, 39]), (.upperDiagonal, [5, 11, 17, 25, 39, 61]), (.lower, [11, 17, 39]),
            (.lowerDiagonal, [5, 11, 25, 17, 39, 61]),
        ]
        for isa in InstructionSet.available {
            for (triangle, values) in expected {
                var out = Matrix(zeros: 1, values.count)
                try x.read { x in try out.write { try isa.interact(x, fields: 3, triangle: triangle, into: $0) } }
                #expect(out.values == values, "\(isa) \(triangle)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func activationsEqualTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 43
        var random = SeededRandom(seed: seed)
        for n in [1, 4, 7, 8, 16, 21, 40] {
            let x = Matrix(random.adversarialFloats(6 * n), rows: 6, columns: n)
            for var epilogue in EpilogueVectors.every(columns: n, using: &random) {
                epilogue.accumulate = false
                let run = { (isa: InstructionSet) in
                    var out = Matrix(zeros: 6, n)
                    try epilogue.with { e in
                        try x.read { x in try out.write { try isa.activate(x, e, into: $0) } }
                    }
                    return out
                }
                let (out, expected) = (try run(isa), try run(.scalar))
                let difference = firstDifference(out.values, expected.values, tolerance: 2e-6)
                #expect(difference == nil, "seed \(seed), \(isa) \(epilogue.activation) n \(n)")
                #expect(out.gapsAreUntouched)
                var inPlace = x
                try epilogue.with { e in try inPlace.write { try isa.activate(MatrixView($0), e, into: $0) } }
                #expect(inPlace.values.map(\.bitPattern) == out.values.map(\.bitPattern))
            }
        }
    }
}
