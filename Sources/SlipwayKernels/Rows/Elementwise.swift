internal import CSlipwayKernels
internal import SlipwayCore

/// A function of one element.
public enum UnaryOp: Int32, Sendable, Hashable, CaseIterable {
    case exp = 0
    case erf, sigmoid, tanh, sqrt, square, negate, abs, reciprocal, log
}

/// A function of two elements; `max` and `min` give NaN where either is NaN.
public enum BinaryOp: Int32, Sendable, Hashable, CaseIterable {
    case add = 0
    /// a - b
    case subtract
    case multiply
    /// a / b
    case divide
    case max, min
    /// b - a
    case subtractReversed
    /// b / a
    case divideReversed
}

/// The right-hand operand of a binary operation on a matrix [M, N].
public enum BinaryOperand {
    /// [M, N]
    case full(MatrixView)
    /// [N]: the same row for all.
    case row(UnsafePointer<Float>)
    /// [M]: one value a row, `stride` elements apart.
    case column(UnsafePointer<Float>, stride: Int)
    case scalar(Float)
}

extension InstructionSet {
    /// out = op(x). `out` may be `x`. Shapes: [M, N] both.
    public func unary(_ op: UnaryOp, _ x: MatrixView, into out: MutableMatrixView) throws {
        try checkSameShape(x, out, "unary")
        let status = kernels.pointee.unary(
            op.rawValue, Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), out.base, Int64(out.stride))
        try check(status, "unary")
    }

    /// out = a op b. `out` may be `a`. Shapes: a and out [M, N].
    public func binary(_ op: BinaryOp, _ a: MatrixView, _ b: BinaryOperand, into out: MutableMatrixView) throws {
        try checkSameShape(a, out, "binary")
        func run(_ broadcast: slipway_broadcast, _ right: UnsafePointer<Float>?, _ stride: Int) -> Int32 {
            kernels.pointee.binary(
                op.rawValue, Int32(broadcast.rawValue), Int64(a.rows), Int64(a.columns), a.base, Int64(a.stride), right,
                Int64(stride), out.base, Int64(out.stride))
        }
        let status: Int32
        switch b {
        case .full(let matrix):
            try checkSameShape(matrix, out, "binary")
            status = run(SLIPWAY_FULL, matrix.base, matrix.stride)
        case .row(let values): status = run(SLIPWAY_ROW, values, 0)
        case .column(let values, let stride): status = run(SLIPWAY_COLUMN, values, stride)
        case .scalar(let value): status = withUnsafePointer(to: value) { run(SLIPWAY_SCALAR, $0, 0) }
        }
        try check(status, "binary")
    }

    /// Copies rows; the way to concatenate columns. Shapes: [M, N] both.
    public func copy(_ x: MatrixView, into out: MutableMatrixView) throws {
        try checkSameShape(x, out, "copy")
        if x.rows <= 0 || x.columns <= 0 { return }
        slipway_copy_rows(
            Int64(x.rows), Int64(x.columns) * 4, x.base, Int64(x.stride) * 4, out.base, Int64(out.stride) * 4)
    }
}
