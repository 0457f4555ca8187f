import CSlipwayText

/// Numbers to buckets: as many boundaries as are not above the number.
enum Boundaries {
    @inline(__always)
    static func bucket(_ x: Float, _ boundaries: [Float]) -> Int64 {
        boundaries.withUnsafeBufferPointer { slipway_bucket($0.baseAddress, $0.count, x) }
    }
}
