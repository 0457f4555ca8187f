import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct PackedWeightsTests {
    private func multiply(
        _ a: Matrix, _ weight: Matrix, _ c: Matrix, _ epilogue: EpilogueVectors, isa: InstructionSet
    ) throws -> Matrix {
        var c = c
        let packed = try weight.read { try PackedWeights($0, isa: isa) }
        try epilogue.with { epilogue in
            try a.read { a in try c.write { try packed.multiply(a, into: $0, epilogue) } }
        }
        return c
    }

    /// Sizes around every tile, panel and block edge.
    static let shapes: [(m: Int, n: Int, k: Int)] = {
        var all: [(m: Int, n: Int, k: Int)] = []
        for m in [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 25] { all.append((m, 33, 20)) }
        for n in [1, 2, 7, 8, 9, 13, 15, 16, 17, 31, 32, 48, 63, 64, 65, 129, 200] {
            all.append((1, n, 9))
            all.append((3, n, 17))
            all.append((14, n, 5))
        }
        for k in [0, 1, 2, 255, 256, 257, 384, 385, 513, 700, 769] { all.append((5, 20, k)) }
        return all + [(195, 37, 40), (400, 8, 300), (0, 5, 5), (5, 0, 5), (1, 1, 1), (2, 300, 600)]
    }()

    @Test(arguments: InstructionSet.available)
    func productsEqualTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 31
        var random = SeededRandom(seed: seed)
        for (m, n, k) in Self.shapes {
            let a = Matrix(random.floats(m * k), rows: m, columns: k, gap: 1)
            let weight = Matrix(random.floats(n * k), rows: n, columns: k, gap: 2)
            let c = Matrix(random.floats(m * n), rows: m, columns: n)
            for epilogue in [
                EpilogueVectors(), EpilogueVectors(bias: random.floats(n), activation: .relu),
                EpilogueVectors(accumulate: true),
            ] {
                let expected = try multiply(a, weight, c, epilogue, isa: .scalar)
                let out = try multiply(a, weight, c, epilogue, isa: isa)
                let tolerance = 4e-7 * Float(k).squareRoot() + 1e-6
                let difference = firstDifference(out.values, expected.values, tolerance: tolerance)
                #expect(difference == nil, "seed \(seed), \(isa) [\(m), \(k)] by [\(k), \(n)]")
                #expect(out.gapsAreUntouched)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func epiloguesEqualTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 32
        var random = SeededRandom(seed: seed)
        for (m, n, k) in [(9, 45, 30), (1, 130, 300), (3, 64, 12), (20, 3, 257)] {
            let a = Matrix(random.floats(m * k), rows: m, columns: k)
            let weight = Matrix(random.floats(n * k), rows: n, columns: k)
            let c = Matrix(random.floats(m * n), rows: m, columns: n)
            for epilogue in EpilogueVectors.every(columns: n, using: &random) {
                let expected = try multiply(a, weight, c, epilogue, isa: .scalar)
                let out = try multiply(a, weight, c, epilogue, isa: isa)
                let difference = firstDifference(out.values, expected.values, tolerance: 1e-5)
                #expect(difference == nil, "seed \(seed), \(isa) [\(m), \(k)] by [\(k), \(n)] \(epilogue.activation)")
                #expect(out.gapsAreUntouched)
            }
        }
    }

    @Test func smallProductByHand() throws {
        // [1 2 3; 4 5 6] · [1 0 -1; 2 1 0]ᵀ = [-2 4; -2 13]; + bias [10, 20]; · [2, 1] + [0.5, -30].
        let a = Matrix([1, 2, 3, 4, 5, 6], rows: 2, columns: 3)
        let weight = Matrix([1, 0, -1, 2, 1, 0], rows: 2, columns: 3)
        let epilogue = EpilogueVectors(bias: [10, 20], scale: [2, 1], shift: [0.5, -30], activation: .relu)
        for isa in InstructionSet.available {
            let out = try multiply(a, weight, Matrix(zeros: 2, 2), epilogue, isa: isa)
            #expect(out.values == [16.5, 0, 16.5, 3], "\(isa)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func rowsDoNotDependOnTheirBatch(isa: InstructionSet) throws {
        try expectRowsAlone(n: 150, k: 600, isa: isa)
        try expectRowsAlone(n: 1, k: 77, isa: isa)
    }

    private func expectRowsAlone(n: Int, k: Int, isa: InstructionSet) throws {
        var random = SeededRandom(seed: 33)
        let m = 29
        let a = Matrix(random.floats(m * k), rows: m, columns: k)
        let weight = Matrix(random.floats(n * k), rows: n, columns: k)
        let epilogue = EpilogueVectors(bias: random.floats(n), activation: .silu)
        let all = try multiply(a, weight, Matrix(zeros: m, n), epilogue, isa: isa).values
        for size in [1, 2, 3, 5, 13] {
            let rows = Matrix(Array(a.values[(4 * k)..<((4 + size) * k)]), rows: size, columns: k)
            let out = try multiply(rows, weight, Matrix(zeros: size, n), epilogue, isa: isa).values
            #expect(out == Array(all[(4 * n)..<((4 + size) * n)]), "\(isa) batch of \(size), \(n) columns")
        }
    }

    @Test(arguments: InstructionSet.available)
    func specialValuesStayInTheirRow(isa: InstructionSet) throws {
        var values = [Float](repeating: 1, count: 8 * 20)
        values[0] = .nan
        values[20] = .infinity
        values[40] = -.infinity
        let a = Matrix(values, rows: 8, columns: 20)
        let weight = Matrix([Float](repeating: 0.5, count: 19 * 20), rows: 19, columns: 20)
        let epilogue = EpilogueVectors(activation: .relu)
        let out = try multiply(a, weight, Matrix(zeros: 8, 19), epilogue, isa: isa).values
        let expected = [Float.nan, .infinity, 0, 10, 10, 10, 10, 10].flatMap { [Float](repeating: $0, count: 19) }
        #expect(firstDifference(out, expected, tolerance: 0) == nil)
    }

    @Test func shapesAreChecked() throws {
        let weight = Matrix(zeros: 4, 3)
        let packed = try weight.read { try PackedWeights($0) }
        var c = Matrix(zeros: 2, 4)
        let a = Matrix(zeros: 2, 5)
        #expect(throws: SlipwayError.self) { try a.read { a in try c.write { try packed.multiply(a, into: $0) } } }
        #expect(throws: SlipwayError.self) { try PackedWeights(MatrixView(nil, rows: .max, columns: .max)) }
        #expect(throws: SlipwayError.self) { try PackedWeights(MatrixView(nil, rows: -1, columns: 4)) }
    }
}
