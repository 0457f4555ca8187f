import SlipwayCore
import SlipwayKernels

/// A product with a packed weight, and what follows it column by column.
struct LinearStep: Step {
    let input: Int
    let output: Int
    let weight: any LayerWeight
    let epilogue: ColumnEpilogue
    /// What is added before the epilogue, if anything.
    var addend: Addend?

    /// Rows like the product's, or a row for each request with the candidates it has.
    struct Addend {
        let rows: Int
        let count: Int?
    }

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        if let addend {
            if let count = addend.count {
                try RepeatRowsStep(rows: addend.rows, counts: count, output: output).copy(frame)
            } else {
                let x = frame[addend.rows], y = frame[output]
                copyRows(y.shape.rows, y.shape.inner, x.floats, x.stride, y.floats, y.stride)
            }
        }
        let kernel = epilogue.kernel(accumulate: addend != nil)
        try ChannelView.each(frame[input], frame[output]) { m, x, ldx, y, ldy in
            try weight.multiply(
                MatrixView(x, rows: m, columns: weight.inputs, stride: ldx),
                into: MutableMatrixView(y, rows: m, columns: weight.outputs, stride: ldy), kernel, frame)
        }
    }
}
