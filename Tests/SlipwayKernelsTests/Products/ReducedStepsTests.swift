import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

/// Target attention's first layer in bf16: by hand, and the variants of this machine against the definition.
@Suite struct ReducedStepsTests {
    /// c = epilogue(round(steps) · round(Ws + diag(q) · Wp)), with Wsᵀ [K, N] and Wpᵀ [narrow, N].
    private func product(
        _ layer: ReducedSteps, steps: [Float], rows: Int, query: [Float], own: [Float], products: [Float],
        _ epilogue: Epilogue = Epilogue()
    ) throws -> [Float] {
        var c = [Float](repeating: 0, count: rows * layer.outputs)
        let codes = UnsafeMutableRawPointer.allocate(byteCount: max(rows * layer.stepBytes, 64), alignment: 64)
        let matrix = UnsafeMutableRawPointer.allocate(byteCount: max(layer.matrixBytes, 64), alignment: 64)
        defer {
            codes.deallocate()
            matrix.deallocate()
        }
        try steps.withUnsafeBufferPointer {
            try layer.round(MatrixView($0.baseAddress, rows: rows, columns: layer.width), into: codes)
        }
        try own.withUnsafeBufferPointer { own in
            try products.withUnsafeBufferPointer { products in
                try layer.fold(
                    query: query, narrow: query.count, steps: try #require(own.baseAddress),
                    products: products.baseAddress ?? #require(own.baseAddress), into: matrix)
            }
        }
        try c.withUnsafeMutableBufferPointer {
            try layer.multiply(
                codes, matrix, into: MutableMatrixView($0.baseAddress, rows: rows, columns: layer.outputs), epilogue)
        }
        return c
    }

    /// Width 3, one output: Ws = (1, 2, 3), Wp = (10, 20), q = (1, 0.5) make the matrix (11, 12, 3).
    @Test(arguments: ReducedWeights.Variant.allCases)
    func byHand(_ variant: ReducedWeights.Variant) throws {
        guard variant != .avxVNNI, ReducedWeights.runs(variant, .bf16) else { return }
        let layer = ReducedSteps(width: 3, outputs: 1, variant: variant)
        // 1.00390625 lies halfway between two numbers of bf16 and goes to the even one, 1.
        let found = try product(
            layer, steps: [1, 2, 3, 1.003_906_25, 0, 0], rows: 2, query: [1, 0.5], own: [1, 2, 3], products: [10, 20])
        #expect(found == [11 + 24 + 9, 11])
    }

    @Test(arguments: [(1, 8, 8, 8), (52, 128, 48, 48), (96, 64, 33, 20), (13, 17, 9, 0), (7, 100, 1, 1)])
    func variantsGiveTheDefinition(_ rows: Int, _ outputs: Int, _ width: Int, _ narrow: Int) throws {
        var random = SeededRandom(seed: UInt64(rows + outputs * width))
        let steps = random.floats(rows * width, in: -1...1)
        let query = random.floats(narrow, in: -1...1)
        let own = random.floats(width * outputs, in: -1...1)
        let products = random.floats(narrow * outputs, in: -1...1)
        let bias = random.floats(outputs, in: -1...1)
        func result(_ variant: ReducedWeights.Variant, _ activation: Activation) throws -> [Float] {
            try bias.withUnsafeBufferPointer {
                try product(
                    ReducedSteps(width: width, outputs: outputs, variant: variant), steps: steps, rows: rows,
                    query: query, own: own, products: products,
                    Epilogue(bias: $0.baseAddress, activation: activation))
            }
        }
        guard ReducedWeights.runs(.avx512, .bf16) else { return }
        for activation in [Activation.none, .relu, .sigmoid] {
            let pairs = zip(try result(.avx512, activation), try result(.scalar, activation))
            // A folded number may round to its neighbour where the definition, in double, does not.
            #expect(pairs.allSatisfy { abs($0 - $1) <= 0.004 * Float(width).squareRoot() }, "\(activation)")
            let apart = pairs.reduce(0) { $0 + abs($1.0 - $1.1) } / Float(rows * outputs)
            #expect(apart <= 2e-4, "\(activation)")
        }
    }

    @Test func wrongSizesAreRefused() throws {
        let layer = ReducedSteps(width: 2, outputs: 2, variant: .scalar)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 64)
        defer { memory.deallocate() }
        let floats: [Float] = [1, 2, 3, 4]
        #expect(throws: SlipwayError.self) {
            try floats.withUnsafeBufferPointer {
                try layer.round(MatrixView($0.baseAddress, rows: 1, columns: 3), into: memory)
            }
        }
        #expect(throws: SlipwayError.self) {
            try layer.fold(query: floats, narrow: 3, steps: floats, products: floats, into: memory)
        }
        let none = ReducedSteps(width: 2, outputs: 2, variant: .avxVNNI)
        #expect(throws: SlipwayError.self) {
            try none.fold(query: floats, narrow: 1, steps: floats, products: floats, into: memory)
        }
    }
}
