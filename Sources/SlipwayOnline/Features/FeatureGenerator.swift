package import SlipwayCore

/// Raw rows in, model inputs out. Immutable and shared; each worker makes its own session.
package protocol FeatureGenerator: Sendable {
    /// The model inputs it makes.
    var slots: [InputSlot] { get }
    /// The columns it reads.
    var columns: [FeatureColumn] { get }
    func makeSession() -> any FeatureGeneration
}

/// One worker's memory for generating features.
package protocol FeatureGeneration: AnyObject {
    /// Empties `inputs` and fills it.
    ///
    /// - Parameters:
    ///   - rows: columns of `rows.rowCount` rows, or of one that serves them all.
    ///   - hasSingleUser: user-side inputs come out with one row.
    func generate(_ rows: ColumnBatch, into inputs: inout InputBatch, hasSingleUser: Bool) throws

    /// What happened to values since the last call, by feature; empty where nobody counts.
    func takeCounts() -> [FeatureCount]
}

/// Values of one feature that were not as they should be.
package struct FeatureCount: Sendable, Hashable {
    package let feature: String
    package var missing = 0
    package var defaulted = 0
    package var outOfVocabulary = 0

    package init(feature: String) { self.feature = feature }
}

/// A column that feature generation reads.
package struct FeatureColumn: Sendable, Hashable {
    package let name: String
    /// One row serves a whole request.
    package let isUserSide: Bool

    package init(name: String, isUserSide: Bool) {
        self.name = name
        self.isUserSide = isUserSide
    }
}
