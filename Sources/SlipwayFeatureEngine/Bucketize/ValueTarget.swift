import SlipwayCore

/// What becomes of a feature's values.
enum ValueTarget: Sendable {
    case hash(HashBuckets)
    case words(Vocabulary, unknown: Int64)
    /// Whole numbers below a bound, as they are.
    case numbers(below: Int64)
    case boundaries([Float])
    /// Floats, `width` a row or step.
    case dense(width: Int)
    /// Ids that the operator has made itself.
    case ready
    /// Left as text, for other features to read.
    case texts

    var outputKind: FeatureOutput.Kind {
        switch self {
        case .dense: return .floats
        case .texts: return .texts
        default: return .ids
        }
    }

    /// The bucketizer of an entry, or what its values are without one.
    ///
    /// - Throws: `invalid_config` naming feature and key, or what reading a vocabulary file throws.
    static func make(_ entry: FGEntry, _ context: CompileContext, without plain: ValueTarget) throws -> ValueTarget {
        if let buckets = try entry.integer("hash_bucket_size", in: 1...Int64.max) {
            return .hash(HashBuckets(UInt64(buckets), function: context.hash))
        }
        if let words = try entry.texts("vocab_list") {
            let unknown = try unknownID(entry)
            return .words(Vocabulary(words.enumerated().map { (Array($1.utf8), Int64($0)) }), unknown: unknown)
        }
        if let members = try entry.members("vocab_dict") {
            let words = try members.map { member -> ([UInt8], Int64) in
                guard let id = member.value.int64, id >= 0 else {
                    throw entry.wrong("vocab_dict", "gives \"\(member.key)\" no id", fix: "use a whole number from 0")
                }
                return (Array(member.key.utf8), id)
            }
            return .words(Vocabulary(words), unknown: try unknownID(entry))
        }
        if case .ready = plain { return plain }
        if let file = try entry.text("vocab_file"), !file.isEmpty {
            let words = try withContext("feature \(entry.name), vocab_file") {
                try VocabularyReader.read(context.path(file))
            }
            return .words(Vocabulary(words), unknown: try unknownID(entry))
        }
        if let buckets = try entry.integer("num_buckets", in: 1...Int64.max) { return .numbers(below: buckets) }
        if let boundaries = try entry.floats("boundaries"), !boundaries.isEmpty {
            guard zip(boundaries, boundaries.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw entry.wrong("boundaries", "do not ascend", fix: "sort them")
            }
            return .boundaries(boundaries)
        }
        return plain
    }

    private static func unknownID(_ entry: FGEntry) throws -> Int64 {
        try entry.integer("default_bucketize_value", in: 0...Int64.max) ?? 0
    }
}
