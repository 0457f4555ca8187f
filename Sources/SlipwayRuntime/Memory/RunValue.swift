/// Where a value lies in one run: rows of contiguous elements, `stride` elements apart.
struct RunValue {
    var base: UnsafeMutableRawPointer
    /// Elements from one index of dimension 0 to the next.
    var stride: Int
    var shape: Shape
    /// Bytes of its own block of the arena; 0 when it lies in another value, an input or a weight.
    var ownedBytes = 0
    var isDefined = false

    var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
    var int32s: UnsafeMutablePointer<Int32> { base.assumingMemoryBound(to: Int32.self) }
    var int64s: UnsafeMutablePointer<Int64> { base.assumingMemoryBound(to: Int64.self) }

    /// True when there is no gap between rows.
    var isDense: Bool { stride == shape.inner || shape.rows <= 1 }
}

/// A value as matrices over its last dimension: `blocks` of them, `blockStride` elements apart, each [m, n] with stride
/// `ld`.
struct ChannelView {
    let base: UnsafeMutablePointer<Float>
    let blocks: Int
    let blockStride: Int
    let m: Int
    let n: Int
    let ld: Int

    /// `blocked` forces one matrix per index of dimension 0, so that values of one shape but other strides go together.
    init(_ value: RunValue, blocked: Bool) {
        let shape = value.shape
        base = value.floats
        n = shape.last
        if shape.rank <= 2 {
            // A vector counts as one row.
            blocks = 1
            blockStride = 0
            m = shape.rank == 2 ? shape.rows : 1
            ld = shape.rank == 2 ? value.stride : n
        } else if blocked {
            blocks = shape.rows
            blockStride = value.stride
            m = shape.product(1..<shape.rank - 1)
            ld = n
        } else {
            blocks = 1
            blockStride = 0
            m = shape.product(0..<shape.rank - 1)
            ld = n
        }
    }

    func block(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * blockStride }

    /// Calls `body` with each pair of matrices of two values that agree in all but the last dimension.
    static func each(
        _ a: RunValue, _ b: RunValue,
        _ body: (_ m: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int, _ b: UnsafeMutablePointer<Float>, _ ldb: Int)
            throws
            -> Void
    ) rethrows {
        let blocked = !a.isDense || !b.isDense
        let left = ChannelView(a, blocked: blocked), right = ChannelView(b, blocked: blocked)
        for index in 0..<left.blocks { try body(left.m, left.block(index), left.ld, right.block(index), right.ld) }
    }
}
