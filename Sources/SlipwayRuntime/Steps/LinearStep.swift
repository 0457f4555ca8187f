import SlipwayCore
import SlipwayKernels

/// A product with a packed weight, and what follows it column by column.
struct LinearStep: Step {
    let input: Int
    let output: Int
    let weight: PackedWeights
    let epilogue: ColumnEpilogue

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let kernel = epilogue.kernel()
        try ChannelView.each(frame[input], frame[output]) { m, x, ldx, y, ldy in
            try weight.multiply(
                MatrixView(x, rows: m, columns: weight.inputs, stride: ldx),
                into: MutableMatrixView(y, rows: m, columns: weight.outputs, stride: ldy), kernel)
        }
    }
}
