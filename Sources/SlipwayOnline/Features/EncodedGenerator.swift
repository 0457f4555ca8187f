package import SlipwayCore
package import SlipwayFeatures

/// Columns that are encoded already (`fg_mode` bypass): one a feature, read as `FG_NONE` reads them.
package struct EncodedGenerator: FeatureGenerator {
    package let columns: [FeatureColumn]
    private let parser: EncodedParser

    /// - Parameter needed: the features to read.
    package init(_ features: FeatureSet, needed: [String]) throws {
        parser = try EncodedParser(features, neededFeatures: needed, weights: .weightedOnly)
        columns = try needed.map {
            FeatureColumn(name: $0, isUserSide: try features.feature($0).isUserFeature)
        }
    }

    package var slots: [InputSlot] { parser.slots }

    package func makeSession() -> any FeatureGeneration { Session(parser) }

    private final class Session: FeatureGeneration {
        private let parser: EncodedParser

        init(_ parser: EncodedParser) { self.parser = parser }

        func generate(_ rows: ColumnBatch, into inputs: inout InputBatch, hasSingleUser: Bool) throws {
            try parser.parse(rows, into: &inputs, singleUserRow: hasSingleUser, sharesSingleRows: true)
        }

        func takeCounts() -> [FeatureCount] { [] }
    }
}
