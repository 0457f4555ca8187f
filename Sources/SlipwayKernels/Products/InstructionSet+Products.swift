internal import CSlipwayKernels
internal import SlipwayCore

/// Equal matrices, `batchStride` elements apart; a stride of 0 is one matrix for all.
public struct MatrixBatch {
    public var matrix: MatrixView
    public var batchStride: Int

    public init(_ matrix: MatrixView, batchStride: Int) {
        self.matrix = matrix
        self.batchStride = batchStride
    }
}

/// Which pairs of fields `interact` keeps, and in what order.
public enum Triangle: Int32, Sendable, Hashable {
    /// (0,1) (0,2) … (1,2) …
    case upper = 0
    /// (0,0) (0,1) … (1,1) …
    case upperDiagonal = 1
    /// (1,0) (2,0) (2,1) …
    case lower = 2
    /// (0,0) (1,0) (1,1) …
    case lowerDiagonal = 3
}

extension InstructionSet {
    /// batch × c = epilogue(a · b), with b [K, N], or [N, K] where `transposed`.
    ///
    /// Shapes: a [M, K], c [M, N], each `batch` times.
    public func bmm(
        batch: Int, _ a: MatrixBatch, _ b: MatrixBatch, transposed: Bool, into c: MutableMatrixView, batchStride: Int,
        _ epilogue: Epilogue = Epilogue()
    ) throws {
        let (inner, columns) =
            transposed ? (b.matrix.columns, b.matrix.rows) : (b.matrix.rows, b.matrix.columns)
        guard a.matrix.columns == inner, a.matrix.rows == c.rows, columns == c.columns else {
            throw SlipwayError(
                .internalFault,
                "bmm: [\(a.matrix.rows), \(a.matrix.columns)] by [\(inner), \(columns)] into [\(c.rows), \(c.columns)]")
        }
        let status = withUnsafePointer(to: epilogue.lowered) { epilogue in
            var arguments = slipway_bmm_args(
                batch: Int64(batch), m: Int64(c.rows), n: Int64(c.columns), k: Int64(inner), a: a.matrix.base,
                lda: Int64(a.matrix.stride), a_batch_stride: Int64(a.batchStride), b: b.matrix.base,
                ldb: Int64(b.matrix.stride), b_batch_stride: Int64(b.batchStride), b_transposed: transposed ? 1 : 0,
                c: c.base, ldc: Int64(c.stride), c_batch_stride: Int64(batchStride), epilogue: epilogue)
            return kernels.pointee.bmm(&arguments)
        }
        try check(status, "bmm")
    }

    /// Dot products of all pairs of a row's F fields of width D (DLRM).
    ///
    /// Shapes: x [M, F*D], out [M, F(F-1)/2], with the diagonal [M, F(F+1)/2].
    public func interact(_ x: MatrixView, fields: Int, triangle: Triangle, into out: MutableMatrixView) throws {
        let diagonal = triangle == .upperDiagonal || triangle == .lowerDiagonal
        let width = fields > 0 ? x.columns / fields : 0
        guard fields >= 0, fields < 1 << 20, width * fields == x.columns, x.rows == out.rows,
            out.columns == fields * (fields + (diagonal ? 1 : -1)) / 2
        else {
            throw SlipwayError(
                .internalFault,
                "interact: [\(x.rows), \(x.columns)] with \(fields) fields into [\(out.rows), \(out.columns)]")
        }
        let status = kernels.pointee.interact(
            Int64(x.rows), Int64(fields), Int64(width), triangle.rawValue, x.base, Int64(x.stride), out.base,
            Int64(out.stride))
        try check(status, "interact")
    }

    /// The epilogue on its own: affine per column, then the activation. `out` may be `x`.
    ///
    /// Shapes: x [M, N], out [M, N]. Throws: `internalFault` where the epilogue accumulates.
    public func activate(_ x: MatrixView, _ epilogue: Epilogue, into out: MutableMatrixView) throws {
        try checkSameShape(x, out, "activate")
        let status = withUnsafePointer(to: epilogue.lowered) {
            kernels.pointee.activate(
                Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), out.base, Int64(out.stride), $0)
        }
        try check(status, "activate")
    }

    func checkSameShape(_ x: MatrixView, _ out: MutableMatrixView, _ kernel: StaticString) throws {
        guard x.rows == out.rows, x.columns == out.columns else {
            throw SlipwayError(
                .internalFault, "\(kernel): [\(x.rows), \(x.columns)] into [\(out.rows), \(out.columns)]")
        }
    }
}
