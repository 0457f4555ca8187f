import SlipwayCore
import SlipwayKernels

/// Copies the parts of a concatenation that are not written in place.
struct ConcatStep: Step {
    /// Axis of the concatenation.
    let axis: Int
    /// All inputs in order.
    let inputs: [Int]
    /// Which of them are copied; the others lie in the output.
    let isCopied: [Bool]
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let whole = frame[output]
        var offset = 0
        for (input, isCopied) in zip(inputs, isCopied) {
            let part = frame[input]
            if isCopied { copy(part, to: whole, offset) }
            offset += part.shape.product(axis..<part.shape.rank)
        }
    }

    private func copy(_ part: RunValue, to whole: RunValue, _ offset: Int) {
        let shape = part.shape
        let block = shape.product(axis..<shape.rank), stride = whole.shape.product(axis..<shape.rank)
        guard axis > 0 else {
            return copyRows(shape.rows, shape.inner, part.floats, part.stride, whole.floats + offset, whole.stride)
        }
        guard axis > 1 else {
            return copyRows(shape.rows, block, part.floats, part.stride, whole.floats + offset, whole.stride)
        }
        let middle = shape.product(1..<axis)
        for row in 0..<shape.rows {
            copyRows(
                middle, block, part.floats + row * part.stride, block, whole.floats + row * whole.stride + offset,
                stride)
        }
    }
}

/// Copies `rows` rows of `width` elements; strides in elements.
@inline(__always)
func copyRows(
    _ rows: Int, _ width: Int, _ source: UnsafePointer<Float>, _ sourceStride: Int,
    _ target: UnsafeMutablePointer<Float>,
    _ targetStride: Int
) {
    if sourceStride == width, targetStride == width {
        target.update(from: source, count: rows * width)
        return
    }
    for row in 0..<rows { (target + row * targetStride).update(from: source + row * sourceStride, count: width) }
}
