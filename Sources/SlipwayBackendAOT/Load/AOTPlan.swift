import Foundation
import SlipwayCore

/// `aot/plan.json`: how the regions of a package's objects lie in its graph.
struct AOTPlan: Codable, Sendable, Equatable {
    struct Lookup: Codable, Sendable, Equatable {
        /// The table's parameter name.
        var table: String
        var feature: String
    }

    struct Region: Codable, Sendable, Equatable {
        /// Positions in the graph.
        var nodes: [Int]
        /// Values of the graph by position.
        var inputs: [Int]
        var outputs: [Int]
        var symbols: [String]
        var lookups: [Lookup]
    }

    static let currentVersion = 2

    var version = Self.currentVersion
    var mode: ModelSource.Mode
    /// Rows of the largest batch that is run at once.
    var maxBatchSize: Int
    var regions: [Region]
    var weightForms: [WeightList.Form]
    /// Parameters that the code reads in fewer bits too, in the order of their numbers.
    var reduced: [String]
    /// Targets there are objects for.
    var variants: [String]

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Throws `corrupt` for text that is no plan, `unsupported` for another version.
    init(decoding bytes: [UInt8]) throws {
        struct Version: Decodable { var version: Int }
        let data = Data(bytes)
        do {
            let version = try JSONDecoder().decode(Version.self, from: data).version
            guard version == Self.currentVersion else {
                throw SlipwayError(
                    .unsupported, "the compiled code has version \(version); this version loads \(Self.currentVersion)",
                    fix: "export the model again")
            }
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as DecodingError {
            throw SlipwayError(
                .corrupt, "\(AOTFiles.plan) is not readable", fix: "export the model again", cause: error)
        }
    }

    init(
        mode: ModelSource.Mode, maxBatchSize: Int, regions: [Region], weightForms: [WeightList.Form],
        reduced: [String], variants: [String]
    ) {
        self.mode = mode
        self.maxBatchSize = maxBatchSize
        self.regions = regions
        self.weightForms = weightForms
        self.reduced = reduced
        self.variants = variants
    }
}

/// Names of a package's files of compiled code.
enum AOTFiles {
    static let plan = "aot/plan.json"
    static let weights = "aot/weights.safetensors"
    static let source = "aot/model.c"
    static func object(_ target: String) -> String { "aot/\(target).so" }
}
