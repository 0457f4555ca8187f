internal import CSlipwayKernels
internal import SlipwayCore

extension InstructionSet {
    /// Softmax of scale * x over the last dimension. `out` may be `x`.
    ///
    /// `mask` [M, N] holds bytes, rows `maskStride` apart (0: one row for all); 0 leaves an element out and gives it
    /// 0, and a row with nothing left gives zeros. Shapes: [M, N] both.
    public func softmax(
        _ x: MatrixView, scale: Float = 1, mask: UnsafePointer<UInt8>? = nil, maskStride: Int = 0,
        into out: MutableMatrixView
    ) throws {
        try checkSameShape(x, out, "softmax")
        let status = kernels.pointee.softmax(
            Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), scale, mask, Int64(maskStride), out.base,
            Int64(out.stride))
        try check(status, "softmax")
    }

    /// (x - mean) / sqrt(variance + eps) * gamma + beta over the last dimension. `out` may be `x`.
    ///
    /// Shapes: x, out [M, N]; gamma, beta [N] or nil.
    public func layerNorm(
        _ x: MatrixView, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, eps: Float,
        into out: MutableMatrixView
    ) throws {
        try checkSameShape(x, out, "layer_norm")
        let status = kernels.pointee.layer_norm(
            Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), gamma, beta, eps, out.base, Int64(out.stride))
        try check(status, "layer_norm")
    }

    /// The sum of each row. Shapes: x [M, N], out [M, 1].
    public func rowSum(_ x: MatrixView, into out: MutableMatrixView) throws {
        try require(out.rows == x.rows && out.columns == 1, "row_sum")
        let status = kernels.pointee.row_sum(
            Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), out.base, Int64(out.stride))
        try check(status, "row_sum")
    }

    /// x / max(|x|, eps) per row. `out` may be `x`. Shapes: [M, N] both.
    public func l2Normalize(_ x: MatrixView, eps: Float = 1e-12, into out: MutableMatrixView) throws {
        try checkSameShape(x, out, "l2_normalize")
        let status = kernels.pointee.l2_normalize(
            Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), eps, out.base, Int64(out.stride))
        try check(status, "l2_normalize")
    }

    /// Factorization machine: ((sum over fields)² - sum of squares) / 2.
    ///
    /// Shapes: x [M, F*D], out [M, D]; `out` must not overlap `x`.
    public func factorizationMachine(_ x: MatrixView, fields: Int, into out: MutableMatrixView) throws {
        let (columns, overflow) = fields.multipliedReportingOverflow(by: out.columns)
        try require(!overflow && columns == x.columns && x.rows == out.rows, "fm")
        let status = kernels.pointee.fm(
            Int64(x.rows), Int64(fields), Int64(out.columns), x.base, Int64(x.stride), out.base, Int64(out.stride))
        try check(status, "fm")
    }

    func require(_ shapesAgree: Bool, _ kernel: StaticString) throws {
        if !shapesAgree { throw SlipwayError(.internalFault, "\(kernel): the shapes do not agree") }
    }
}
