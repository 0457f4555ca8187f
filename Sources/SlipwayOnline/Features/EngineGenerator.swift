import Foundation
package import SlipwayCore
import SlipwayFeatureEngine
import SlipwayFeatures

/// Feature generation from the package's fg.json (`fg_mode` normal).
package struct EngineGenerator: FeatureGenerator {
    package let columns: [FeatureColumn]
    private let engine: FeatureEngine

    /// - Parameters:
    ///   - json: the package's fg.json.
    ///   - inputs: the model inputs to make, such as `user_id.values`.
    ///   - features: for the forms of the columns.
    ///   - assetDirectory: where the files it names lie.
    init(
        json: [UInt8], inputs: [String], features: FeatureSet, mode: FeatureEngine.Mode, assetDirectory: String
    ) throws {
        engine = try FeatureEngine(
            json: json,
            options: .init(
                mode: mode, hash: HashFunction(environment: ProcessInfo.processInfo.environment),
                assetDirectory: assetDirectory, wanted: inputs))
        let needed = Set(engine.neededColumns)
        columns = engine.columns.filter { needed.contains($0.name) }.map { column in
            let readers = features.features.filter { feature in
                mode == .bucketizeOnly
                    ? feature.name == column.name : feature.inputs.contains { $0.name == column.name }
            }
            // Several inputs make one value: what each of them is, the feature's width does not say.
            let form: FeatureColumn.Form =
                readers.allSatisfy { $0.inputs.count == 1 } ? .init(readers: readers) : .text
            return FeatureColumn(
                name: column.name, side: column.isUserSide ? .user : column.side == .context ? .context : .item,
                form: form)
        }
    }

    package var slots: [InputSlot] { engine.slots }

    package func makeSession() -> any FeatureGeneration { Session(engine) }

    private final class Session: FeatureGeneration {
        private let session: FeatureSession

        init(_ engine: FeatureEngine) { session = FeatureSession(engine) }

        func generate(_ rows: ColumnBatch, into inputs: inout InputBatch, hasSingleUser: Bool, threads: Int) throws {
            try session.run(
                rows, into: &inputs, userRows: hasSingleUser ? .single : .perCandidate, threads: threads)
        }

        func takeCounts() -> [FeatureCount] {
            defer { session.clearCounters() }
            return session.counters.compactMap { feature, counters in
                guard counters.missing + counters.defaulted + counters.outOfVocabulary > 0 else { return nil }
                var count = FeatureCount(feature: feature)
                count.missing = counters.missing
                count.defaulted = counters.defaulted
                count.outOfVocabulary = counters.outOfVocabulary
                return count
            }
        }
    }
}
