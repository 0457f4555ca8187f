import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// One feature `f` over columns, checked against values worked out by hand.
enum FeatureCase {
    /// The feature `f` of an entry whose keys are `keys`.
    static func generate(
        _ type: String, _ keys: String, _ columns: [(String, Column)], options: FeatureEngine.Options = .init(),
        rows: Int? = nil
    ) throws -> Generated {
        let json = "{\"features\": [{\"feature_type\": \"\(type)\", \"feature_name\": \"f\", \(keys)}]}"
        return try #require(try Generation.run(json, columns, options: options, rows: rows)["f"])
    }

    /// Ids and lengths of a sparse feature.
    static func ids(
        _ type: String, _ keys: String, _ columns: [(String, Column)], _ expected: [[Int64]],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let result = try generate(type, keys, columns)
        #expect(result.ids == expected.flatMap { $0 }, "\(result)", sourceLocation: location)
        #expect(result.lengths == expected.map { Int32($0.count) }, "\(result)", sourceLocation: location)
    }

    /// Rows of a dense feature.
    static func floats(
        _ type: String, _ keys: String, _ columns: [(String, Column)], _ expected: [Float],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let result = try generate(type, keys, columns)
        #expect(result.floats == expected, "\(result)", sourceLocation: location)
    }

    /// Ids of a sparse sequence: rows, steps, values.
    static func steps(
        _ type: String, _ keys: String, _ columns: [(String, Column)], _ expected: [[[Int64]]],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let result = try generate(type, keys, columns)
        #expect(result.ids == expected.flatMap { $0.flatMap { $0 } }, "\(result)", sourceLocation: location)
        #expect(result.lengths == expected.map { Int32($0.count) }, "\(result)", sourceLocation: location)
        let widths = expected.flatMap { $0.map { Int32($0.count) } }
        #expect(result.keyLengths == widths, "\(result)", sourceLocation: location)
    }

    /// The error of compiling an entry, as a user sees it.
    static func problem(_ type: String, _ keys: String) -> String {
        let json = "{\"features\": [{\"feature_type\": \"\(type)\", \"feature_name\": \"f\", \(keys)}]}"
        do {
            _ = try FeatureEngine(json: Array(json.utf8))
            return "no error"
        } catch {
            return "\(error)"
        }
    }
}
