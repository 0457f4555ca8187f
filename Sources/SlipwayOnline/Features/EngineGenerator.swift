import Foundation
package import SlipwayCore
import SlipwayFeatureEngine

/// Feature generation from the package's fg.json (`fg_mode` normal).
package struct EngineGenerator: FeatureGenerator {
    package let columns: [FeatureColumn]
    private let engine: FeatureEngine

    /// - Parameters:
    ///   - json: the package's fg.json.
    ///   - inputs: the model inputs to make, such as `user_id.values`.
    ///   - assetDirectory: where the files it names lie.
    init(
        json: [UInt8], inputs: [String], mode: FeatureEngine.Mode, assetDirectory: String
    ) throws {
        engine = try FeatureEngine(
            json: json,
            options: .init(
                mode: mode, hash: HashFunction(environment: ProcessInfo.processInfo.environment),
                assetDirectory: assetDirectory, wanted: inputs))
        let needed = Set(engine.neededColumns)
        columns = engine.columns.filter { needed.contains($0.name) }.map {
            FeatureColumn(name: $0.name, isUserSide: $0.isUserSide)
        }
    }

    package var slots: [InputSlot] { engine.slots }

    package func makeSession() -> any FeatureGeneration { Session(engine) }

    private final class Session: FeatureGeneration {
        private let session: FeatureSession

        init(_ engine: FeatureEngine) { session = FeatureSession(engine) }

        func generate(_ rows: ColumnBatch, into inputs: inout InputBatch, hasSingleUser: Bool) throws {
            try session.run(rows, into: &inputs, userRows: hasSingleUser ? .single : .perCandidate)
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
