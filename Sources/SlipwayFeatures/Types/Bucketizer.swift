package import SlipwayConfig
import SlipwayCore

/// How a feature's values become ids. Exactly one way applies.
package enum Bucketizer: Sendable, Equatable {
    /// A learned id map in the model; feature generation only hashes to 63 bits.
    case zeroCollision(TzrecZeroCollisionHash)
    case dynamic(TzrecDynamicEmbedding)
    case hash(UInt64)
    case numBuckets(UInt64)
    /// Words by position, and the id of all others.
    case vocabList([String], unknown: UInt64)
    case vocabDict([String: UInt64], unknown: UInt64)
    case vocabFile(String, unknown: UInt64)
    case boundaries([Float])

    package var zeroCollisionHash: TzrecZeroCollisionHash? {
        if case .zeroCollision(let config) = self { return config }
        return nil
    }

    package var dynamicEmbedding: TzrecDynamicEmbedding? {
        if case .dynamic(let config) = self { return config }
        return nil
    }

    /// Rows of the table.
    ///
    /// - Throws: `invalid_config` for a count of 0 or too large; `not_found`, `corrupt` for a vocabulary file.
    package func rows(feature: String) throws -> Int {
        switch self {
        case .zeroCollision(let config): return try Self.rows(config.zchSize, feature, "zch.zch_size")
        case .dynamic(let config): return try Self.rows(config.maxCapacity, feature, "dynamicemb.max_capacity")
        case .hash(let size): return try Self.rows(size, feature, "hash_bucket_size")
        case .numBuckets(let count): return try Self.rows(count, feature, "num_buckets")
        case .vocabList(let words, _): return words.count
        case .vocabDict(let words, _):
            let (rows, overflow) = (words.values.max() ?? 0).addingReportingOverflow(1)
            return try Self.rows(overflow ? .max : rows, feature, "vocab_dict")
        case .vocabFile(let path, _): return try VocabularyFile.rows(path, feature: feature)
        case .boundaries(let boundaries): return boundaries.count + 1
        }
    }

    static func rows(_ count: UInt64, _ feature: String, _ field: String) throws -> Int {
        guard count > 0, let rows = Int(exactly: count) else {
            throw FeatureError.config(
                feature, field, "is \(count)", fix: "set it to the number of rows, from 1 to \(Int.max)")
        }
        return rows
    }

    /// Adds the bucketizer's keys to an fg.json entry.
    func add(to entry: inout JSONObject) {
        switch self {
        case .zeroCollision, .dynamic: entry["hash_bucket_size"] = .unsigned(UInt64(Int64.max))
        case .hash(let size): entry["hash_bucket_size"] = .unsigned(size)
        case .numBuckets(let count): entry["num_buckets"] = .unsigned(count)
        case .vocabList(let words, let unknown):
            entry["vocab_list"] = .strings(words)
            entry["default_bucketize_value"] = .unsigned(unknown)
        case .vocabDict(let words, let unknown):
            let sorted = words.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            entry["vocab_dict"] = .object(JSONObject(sorted.map { ($0.key, .unsigned($0.value)) }))
            entry["default_bucketize_value"] = .unsigned(unknown)
        case .vocabFile(let path, let unknown):
            entry["vocab_file"] = .string(path)
            entry["default_bucketize_value"] = .unsigned(unknown)
        case .boundaries(let boundaries): entry["boundaries"] = .floats(boundaries)
        }
    }

    /// True for the ways that look words up, so that values must stay text.
    var needsText: Bool {
        if case .boundaries = self { return false }
        return true
    }
}
