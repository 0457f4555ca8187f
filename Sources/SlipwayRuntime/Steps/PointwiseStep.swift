import SlipwayCore
import SlipwayKernels

/// Vectors and function applied to each column of a matrix; owned by the plan's weights.
struct ColumnEpilogue: @unchecked Sendable {
    var bias: UnsafePointer<Float>?
    var scale: UnsafePointer<Float>?
    var shift: UnsafePointer<Float>?
    var alpha: UnsafePointer<Float>?
    var gateScale: UnsafePointer<Float>?
    var gateShift: UnsafePointer<Float>?
    var activation = Activation.none

    /// True when every column is treated alike.
    var isUniform: Bool {
        bias == nil && scale == nil && shift == nil && alpha == nil && gateScale == nil && gateShift == nil
    }

    func kernel(accumulate: Bool = false) -> Epilogue {
        Epilogue(
            bias: bias, scale: scale, shift: shift, alpha: alpha, gateScale: gateScale, gateShift: gateShift,
            activation: activation, accumulate: accumulate)
    }
}

/// Affine per column, then an activation.
struct PointwiseStep: Step {
    let input: Int
    let output: Int
    let epilogue: ColumnEpilogue

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[input], y = frame[output], kernel = epilogue.kernel()
        if epilogue.isUniform {
            return try InstructionSet.current.activate(x.matrix, kernel, into: y.mutableMatrix)
        }
        try ChannelView.each(x, y) { m, x, ldx, y, ldy in
            try InstructionSet.current.activate(
                MatrixView(x, rows: m, columns: frame[input].shape.last, stride: ldx), kernel,
                into: MutableMatrixView(y, rows: m, columns: frame[input].shape.last, stride: ldy))
        }
    }
}

extension RunValue {
    /// [rows, inner].
    var matrix: MatrixView { MatrixView(floats, rows: shape.rows, columns: shape.inner, stride: stride) }
    /// [rows, inner].
    var mutableMatrix: MutableMatrixView {
        MutableMatrixView(floats, rows: shape.rows, columns: shape.inner, stride: stride)
    }
}
