internal import CSlipwayKernels
internal import SlipwayCore

/// Target attention's first layer in bf16: steps rounded once, times a matrix Ws + diag(q) · Wp made for each query q.
public struct ReducedSteps: Sendable {
    /// Width of a step, K.
    public let width: Int
    /// Outputs N.
    public let outputs: Int
    public let variant: ReducedWeights.Variant

    public init(width: Int, outputs: Int, variant: ReducedWeights.Variant) {
        self.width = width
        self.outputs = outputs
        self.variant = variant
    }

    /// Bytes of a rounded step.
    public var stepBytes: Int { Self.stepBytes(width: width) }

    /// Bytes of a query's matrix.
    public var matrixBytes: Int {
        max(0, Int(slipway_reduced_packed_bytes(ReducedWeights.Form.bf16.rawValue, Int64(outputs), Int64(width))))
    }

    package static func stepBytes(width: Int) -> Int { Int(slipway_reduced_row_bytes(2, Int64(width))) }

    /// Rounds steps [M, K] to M · `stepBytes` bytes.
    public func round(_ steps: MatrixView, into codes: UnsafeMutableRawPointer) throws {
        guard steps.columns == width else {
            throw SlipwayError(.internalFault, "steps of \(steps.columns) where \(width) are multiplied")
        }
        try check(
            slipway_reduced_round_steps(
                variant.rawValue, Int64(steps.rows), Int64(width), steps.base, Int64(steps.stride), codes),
            "reduced_round_steps")
    }

    /// A query's matrix from Wsᵀ [K, N], Wpᵀ [narrow, N] and the query's `narrow` elements.
    public func fold(
        query: UnsafePointer<Float>, narrow: Int, steps: UnsafePointer<Float>, products: UnsafePointer<Float>,
        into matrix: UnsafeMutableRawPointer
    ) throws {
        try check(
            slipway_reduced_fold(
                variant.rawValue, Int64(outputs), Int64(width), Int64(narrow), query, steps, products, matrix),
            "reduced_fold")
    }

    /// c [M, N] = epilogue(codes · matrix).
    public func multiply(
        _ codes: UnsafeRawPointer, _ matrix: UnsafeRawPointer, into c: MutableMatrixView, _ epilogue: Epilogue
    ) throws {
        let status = withUnsafePointer(to: epilogue.lowered) {
            slipway_reduced_multiply_steps(
                variant.rawValue, Int64(c.rows), Int64(outputs), Int64(width), codes, matrix, c.base, Int64(c.stride),
                $0)
        }
        try check(status, "reduced_multiply_steps")
    }
}
