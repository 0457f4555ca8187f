import CSlipwayText

/// `hash mod buckets`, without a division.
struct HashBuckets: Sendable {
    let function: HashFunction
    private(set) var divisor: slipway_divisor

    init(_ buckets: UInt64, function: HashFunction) {
        self.function = function
        divisor = slipway_divisor_make(buckets)
    }

    @inline(__always)
    func id(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        let hash = function.hash(text)
        return withUnsafePointer(to: divisor) { Int64(bitPattern: slipway_divisor_mod($0, hash)) }
    }
}

extension slipway_divisor: @retroactive @unchecked Sendable {}
