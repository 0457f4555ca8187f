import Foundation
import SlipwayCore

@testable import SlipwayFeatureEngine

/// What one feature came to: the arrays that are there.
struct Generated: Equatable, CustomStringConvertible {
    var ids: [Int64] = []
    var floats: [Float] = []
    var texts: [String] = []
    var lengths: [Int32] = []
    var keyLengths: [Int32] = []
    var weights: [Float] = []

    var description: String {
        "ids \(ids) floats \(floats) texts \(texts) lengths \(lengths) key \(keyLengths) weights \(weights)"
    }
}

/// Runs an fg.json over columns.
enum Generation {
    static func run(
        _ json: String, _ columns: [(String, Column)], options: FeatureEngine.Options = .init(), rows: Int? = nil,
        userRows: FeatureSession.UserRows = .perCandidate, threads: Int = 1
    ) throws -> [String: Generated] {
        let engine = try FeatureEngine(json: Array(json.utf8), options: options)
        let session = FeatureSession(engine)
        return try run(session, columns, rows: rows, userRows: userRows, threads: threads)
    }

    static func run(
        _ session: FeatureSession, _ columns: [(String, Column)], rows: Int? = nil,
        userRows: FeatureSession.UserRows = .perCandidate, threads: Int = 1
    ) throws -> [String: Generated] {
        let engine = session.engine
        var inputs = InputBatch(slots: engine.slots)
        let needed = columns.filter { engine.neededColumns.contains($0.0) }
        let batch = ColumnBatch(
            rowCount: rows ?? needed.map(\.1.count).max() ?? 1, columns: columns.map { (name: $0.0, column: $0.1) })
        try session.run(batch, into: &inputs, userRows: userRows, threads: threads)
        return Dictionary(
            uniqueKeysWithValues: engine.featureNames.map { ($0, generated($0, session, inputs)) })
    }

    /// The arrays of one feature, from its slots or, where it has none, from the session.
    private static func generated(_ name: String, _ session: FeatureSession, _ inputs: InputBatch) -> Generated {
        var result = Generated()
        if let output = session.output(name) {
            result.keyLengths = output.keyLengths
            result.texts = output.texts.tokens.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        func buffer(_ suffix: String) -> InputBatch.Buffer? {
            inputs.index(of: "\(name).\(suffix)").map { inputs.buffers[$0] }
        }
        if let values = buffer("values") { (result.ids, result.floats) = (values.int64, values.float) }
        if let lengths = buffer("lengths") { result.lengths = lengths.int32 }
        if let lengths = buffer("key_lengths") { result.keyLengths = lengths.int32 }
        if let weights = buffer("weights") { result.weights = weights.float }
        return result
    }
}
