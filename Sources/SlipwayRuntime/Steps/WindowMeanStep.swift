import SlipwayCore
import SlipwayKernels

/// Means of consecutive windows of each row's steps: [n, D] to [B, W, D].
struct WindowMeanStep: Step {
    let values: Int
    let lengths: Int
    let output: Int
    let windows: [Int]

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: values)
        try frame.define(output)
        let x = frame[values].matrix, out = frame[output], own = frame.int32s(lengths)
        let width = x.columns, parts = windows.count + 1
        // The steps behind the last window are a segment of their own, which is dropped.
        let sizes = (own.count * parts, own.count * parts * width)
        try frame.withScratch(sizes.0 * 4) { memory in
            let segments = UnsafeMutableBufferPointer(start: memory.assumingMemoryBound(to: Int32.self), count: sizes.0)
            for (row, length) in own.enumerated() {
                var rest = length
                for (index, window) in windows.enumerated() {
                    let taken = min(rest, Int32(clamping: window))
                    segments[row * parts + index] = taken
                    rest -= taken
                }
                segments[row * parts + windows.count] = rest
            }
            try frame.withScratch(sizes.1 * 4) { memory in
                let means = memory.assumingMemoryBound(to: Float.self)
                try InstructionSet.current.segmentSum(
                    x, lengths: UnsafeBufferPointer(segments), pooling: .mean,
                    into: MutableMatrixView(means, rows: sizes.0, columns: width, stride: width))
                copyRows(own.count, windows.count * width, means, parts * width, out.floats, out.stride)
            }
        }
    }
}
