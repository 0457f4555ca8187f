import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

/// Products in bf16 and int8: their definition against hand-worked numbers, the variants of this machine against it.
@Suite struct ReducedWeightsTests {
    private func product(
        _ weights: ReducedWeights, _ a: [Float], rows: Int, into start: [Float]? = nil,
        _ epilogue: Epilogue = Epilogue()
    ) throws -> [Float] {
        var c = start ?? [Float](repeating: 0, count: rows * weights.outputs)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: weights.scratchBytes(rows: rows), alignment: 64)
        defer { scratch.deallocate() }
        try a.withUnsafeBufferPointer { a in
            try c.withUnsafeMutableBufferPointer { c in
                try weights.multiply(
                    MatrixView(a.baseAddress, rows: rows, columns: weights.inputs),
                    into: MutableMatrixView(c.baseAddress, rows: rows, columns: weights.outputs), epilogue,
                    scratch: scratch)
            }
        }
        return c
    }

    @Test func int8ByHand() throws {
        // Inputs −1, 0.26, 0.5 and 9 at scale 0.5 and zero 2 are codes 0, 3 (2.52), 3 and 20: −1, 0.5, 0.5 and 9.
        let weights = try ReducedWeights(
            int8: [1, 2, 3, 4, -127, 0, 0, 1], scales: [0.25, 2], inputScale: 0.5, inputZero: 2, outputs: 2, inputs: 4,
            variant: .scalar)
        #expect(try product(weights, [-1, 0.26, 0.5, 9], rows: 1) == [9.375, 272])
        // Beyond the codes: −10 is code 0, −1; 1000 is code 255, 126.5.
        #expect(try product(weights, [-10, 0, 0, 1000], rows: 1) == [0.25 * (-1 + 506), 2 * (127 + 126.5)])
    }

    /// Ties go to even codes.
    @Test func codesRoundToEven() throws {
        let weights = try ReducedWeights(
            int8: [1], scales: [1], inputScale: 1, inputZero: 0, outputs: 1, inputs: 1, variant: .scalar)
        #expect(try product(weights, [0.5, 1.5, 2.5, 254.5, 254.6], rows: 5) == [0, 2, 2, 254, 255])
    }

    @Test func bf16ByHand() throws {
        // 1.00390625 = 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷ and goes to the even one, 1; 1 + 3 · 2⁻⁸ goes up to 1 + 2⁻⁶.
        let weights = try ReducedWeights(bf16: [0x3f80, 0x4000], outputs: 2, inputs: 1, variant: .scalar)
        #expect(try product(weights, [1.003_906_25, 1.011_718_75], rows: 2) == [1, 2, 1.015_625, 2.031_25])
    }

    @Test func aNaNMakesItsRowNaN() throws {
        let weights = try ReducedWeights(
            int8: [1, 1], scales: [1], inputScale: 1, inputZero: 0, outputs: 1, inputs: 2, variant: .scalar)
        let result = try product(weights, [1, 2, .nan, 3, .infinity, 0], rows: 3)
        #expect(result[0] == 3)
        #expect(result[1].isNaN)
        #expect(result[2] == 255)
    }

    @Test func epiloguesFollowTheProduct() throws {
        let weights = try ReducedWeights(
            int8: [1, -1], scales: [1, 1], inputScale: 1, inputZero: 0, outputs: 2, inputs: 1, variant: .scalar)
        let bias: [Float] = [10, 1]
        let result = try bias.withUnsafeBufferPointer { bias in
            try product(
                weights, [5], rows: 1, into: [100, 2],
                Epilogue(bias: bias.baseAddress, activation: .relu, accumulate: true))
        }
        // 5 + 100 + 10, and −5 + 2 + 1 below 0.
        #expect(result == [115, 0])
    }

    /// Every size of tile and rest; one result whatever the number of rows.
    @Test(arguments: [(1, 1, 1), (5, 17, 3), (64, 16, 64), (130, 33, 257), (9, 100, 1000), (65, 48, 6)])
    func variantsGiveTheDefinition(_ m: Int, _ n: Int, _ k: Int) throws {
        var random = SeededRandom(seed: UInt64(m * n * k))
        let a = (0..<m * k).map { _ in Float.random(in: -2...2, using: &random) }
        let codes = (0..<n * k).map { _ in Int8.random(in: -127...127, using: &random) }
        let scales = (0..<n).map { _ in Float.random(in: 0.001...0.1, using: &random) }
        let bits = (0..<n * k).map { _ in UInt16(Float.random(in: -1...1, using: &random).bitPattern >> 16) }
        for variant in ReducedWeights.Variant.allCases {
            if ReducedWeights.runs(variant, .int8) {
                let exact = try ReducedWeights(
                    int8: codes, scales: scales, inputScale: 4 / 255, inputZero: 127, outputs: n, inputs: k,
                    variant: .scalar)
                let own = try ReducedWeights(
                    int8: codes, scales: scales, inputScale: 4 / 255, inputZero: 127, outputs: n, inputs: k,
                    variant: variant)
                #expect(try product(own, a, rows: m) == product(exact, a, rows: m), "int8 \(variant)")
                #expect(try product(own, Array(a[..<k]), rows: 1) == Array(product(exact, a, rows: m)[..<n]))
            }
            if ReducedWeights.runs(variant, .bf16) {
                let exact = try ReducedWeights(bf16: bits, outputs: n, inputs: k, variant: .scalar)
                let own = try ReducedWeights(bf16: bits, outputs: n, inputs: k, variant: variant)
                let gap =
                    zip(try product(own, a, rows: m), try product(exact, a, rows: m)).map { abs($0 - $1) }.max() ?? 0
                #expect(gap <= 2e-6 * Float(k), "bf16 \(variant)")
            }
        }
    }

    @Test func emptyProductsAndWrongSizes() throws {
        let none = try ReducedWeights(bf16: [], outputs: 3, inputs: 0, variant: .scalar)
        #expect(try product(none, [], rows: 2) == [Float](repeating: 0, count: 6))
        #expect(throws: SlipwayError.self) { try ReducedWeights(bf16: [1], outputs: 2, inputs: 2, variant: .scalar) }
        #expect(throws: SlipwayError.self) {
            try ReducedWeights(
                int8: [1, 2], scales: [1], inputScale: 1, inputZero: 0, outputs: 2, inputs: 1, variant: .scalar)
        }
        let range = try ReducedWeights(
            int8: [1], scales: [1], inputScale: 0, inputZero: 0, outputs: 1, inputs: 1, variant: .scalar)
        #expect(throws: SlipwayError.self) { try product(range, [1], rows: 1) }
    }
}
