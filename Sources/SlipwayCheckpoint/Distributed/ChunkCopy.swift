/// Copies a box of elements between two strided layouts.
///
/// `source` and `target` point at the box's first element; strides are in bytes. The caller has checked that both
/// layouts hold the box.
struct ChunkCopy {
    /// Elements in each dimension, outermost first; all positive.
    let sizes: [Int]
    let sourceStrides: [Int]
    let targetStrides: [Int]
    let itemBytes: Int

    func run(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        // Innermost dimensions that are packed in both layouts are one run of bytes.
        var run = itemBytes
        var outer = sizes.count
        while outer > 0, sizes[outer - 1] == 1 || (sourceStrides[outer - 1] == run && targetStrides[outer - 1] == run) {
            run *= sizes[outer - 1]
            outer -= 1
        }
        var index = [Int](repeating: 0, count: outer)
        var from = 0
        var to = 0
        while true {
            (target + to).copyMemory(from: source + from, byteCount: run)
            var dimension = outer - 1
            while dimension >= 0 {
                index[dimension] += 1
                from += sourceStrides[dimension]
                to += targetStrides[dimension]
                if index[dimension] < sizes[dimension] { break }
                from -= sourceStrides[dimension] * sizes[dimension]
                to -= targetStrides[dimension] * sizes[dimension]
                index[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return }
        }
    }
}
