import CSlipwayText

/// Which hash turns text into an id.
public enum HashFunction: Sendable, Hashable {
    /// libstdc++'s `std::hash<std::string>`: MurmurHash64A with seed 0xc70f6907.
    case murmur
    /// FarmHash Fingerprint64, TensorFlow's string hash.
    case farm

    /// `farm` when `USE_FARM_HASH_TO_BUCKETIZE` is true, as upstream reads it.
    public init(environment: [String: String]) {
        self = environment["USE_FARM_HASH_TO_BUCKETIZE"]?.lowercased() == "true" ? .farm : .murmur
    }

    /// The hash of UTF-8 text.
    @inline(__always)
    package func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        switch self {
        case .murmur: return slipway_hash_murmur(text.baseAddress, text.count)
        case .farm: return slipway_hash_farm(text.baseAddress, text.count)
        }
    }

    var code: Int32 { self == .farm ? Int32(SLIPWAY_HASH_FARM) : Int32(SLIPWAY_HASH_MURMUR) }
}
