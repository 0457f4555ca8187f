package import SlipwayCore
package import SlipwayFeatures

/// Columns that are encoded already (`fg_mode` bypass): one a feature, read as `FG_NONE` reads them.
package struct EncodedGenerator: FeatureGenerator {
    package let columns: [FeatureColumn]
    private let parser: EncodedParser

    /// - Parameter needed: the features to read.
    package init(_ features: FeatureSet, needed: [String]) throws {
        parser = try EncodedParser(features, neededFeatures: needed, weights: .weightedOnly)
        columns = try needed.map { name in
            let feature = try features.feature(name)
            let isContext = !feature.inputs.isEmpty && feature.inputs.allSatisfy { $0.side == .context }
            let isPlainID = feature.isSparse && !feature.isSequence && !feature.isWeighted
            return FeatureColumn(
                name: name, side: feature.isUserFeature ? .user : isContext ? .context : .item,
                form: isPlainID ? .whole : FeatureColumn.Form(readers: [feature]))
        }
    }

    package var slots: [InputSlot] { parser.slots }

    package func makeSession() -> any FeatureGeneration { Session(parser) }

    private final class Session: FeatureGeneration {
        private let parser: EncodedParser
        private var counts: [FeatureCount] = []

        init(_ parser: EncodedParser) { self.parser = parser }

        func generate(_ rows: ColumnBatch, into inputs: inout InputBatch, hasSingleUser: Bool, threads: Int) throws {
            try parser.parse(rows, into: &inputs, singleUserRow: hasSingleUser, sharesSingleRows: true)
            for (name, column) in zip(rows.names, rows.columns) where column.nullCount > 0 {
                var count = FeatureCount(feature: name)
                count.missing = column.nullCount
                counts.append(count)
            }
        }

        func takeCounts() -> [FeatureCount] {
            defer { counts.removeAll(keepingCapacity: true) }
            return counts
        }
    }
}
