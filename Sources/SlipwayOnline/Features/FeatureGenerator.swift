package import SlipwayCore
import SlipwayFeatures

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
    ///   - threads: threads that may share the work.
    func generate(_ rows: ColumnBatch, into inputs: inout InputBatch, hasSingleUser: Bool, threads: Int) throws

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
    package enum Side: Sendable, Hashable { case user, item, context }

    /// What its values best come as; text is always understood.
    package enum Form: Sendable, Hashable {
        case text
        case whole
        /// So many floats a row; 0 for any number.
        case floats(Int)
    }

    package let name: String
    package let side: Side
    package let form: Form

    package init(name: String, side: Side, form: Form) {
        self.name = name
        self.side = side
        self.form = form
    }

    /// One row serves a whole request.
    package var isUserSide: Bool { side == .user }
}

extension FeatureColumn.Form {
    /// The form of a column by the features that read it: numbers where all of these take plain numbers.
    init(readers: [FeatureSpec]) {
        guard let first = readers.first, readers.allSatisfy({ !$0.isSequence && !$0.isSparse }) else {
            self = .text
            return
        }
        self = .floats(first.valueDim)
    }
}
