/// What happened to one feature's values since the counters were last cleared.
public struct FeatureCounters: Sendable, Hashable, CustomStringConvertible {
    /// Rows, and steps of sequences, that were looked at.
    public var rows = 0
    /// Rows and steps whose inputs gave no value.
    public var missing = 0
    /// Rows and steps that got the default.
    public var defaulted = 0
    /// Values that the vocabulary lacks, or that lie outside `num_buckets`.
    public var outOfVocabulary = 0
    /// Values that are no number where one is needed.
    public var unparsable = 0

    public init() {}

    public var description: String {
        "\(rows) rows or steps, \(missing) missing, \(defaulted) defaulted, \(outOfVocabulary) out of vocabulary, "
            + "\(unparsable) unparsable"
    }

    public static func += (total: inout FeatureCounters, other: FeatureCounters) {
        total.rows += other.rows
        total.missing += other.missing
        total.defaulted += other.defaulted
        total.outOfVocabulary += other.outOfVocabulary
        total.unparsable += other.unparsable
    }
}
