import Foundation
import SlipwayExport
import SlipwayLoad
import SlipwayOnline
import SlipwayProtocol
import SlipwayTestSupport
import Testing

struct SyntheticRequestsTests {
    private func options(_ candidates: Int) -> SyntheticOptions {
        var options = SyntheticOptions()
        options.candidates = candidates
        options.users = 50
        options.items = 200
        options.seed = 4
        return options
    }

    /// Made-up requests are scored by the package they were made for, with and without tiles.
    @Test(arguments: [false, true])
    func thePackageScoresThem(_ tiled: Bool) throws {
        let example = try ExamplePackage.shared.get()
        let model = try ScoringModel(name: "m", path: tiled ? example.tiled : example.plain)
        let synthetic = try SyntheticRequests(model, options(7))
        let session = ScoringSession(model)
        for index in 0..<20 {
            let body = synthetic.request(index)
            #expect(body == synthetic.request(index))
            let request = session.request(0)
            try body.withUnsafeBytes { try session.prepare($0, items: nil, into: request) }
            try session.run(1)
            let scores = try #require(request.floats("probs"))
            #expect(scores.count == 7 && scores.allSatisfy { $0 > 0 && $0 < 1 })
            #expect(request.missingColumns.isEmpty)
            #expect(request.mappedIDs.isEmpty)
        }
    }

    /// The same with feature generation: every column is there, every word is known.
    @Test func rawColumnsAreMadeUp() throws {
        let folder = try TemporaryFolder()
        let package = try FeatureGenerationTests().export(to: folder, [:])
        let model = try ScoringModel(name: "m", path: package)
        let synthetic = try SyntheticRequests(model, options(3))
        let session = ScoringSession(model)
        for index in 0..<10 {
            let request = session.request(0)
            try synthetic.request(index).withUnsafeBytes { try session.prepare($0, items: nil, into: request) }
            try session.run(1)
            #expect(request.floats("probs")?.count == 3)
            #expect(request.missingColumns.isEmpty)
            #expect(request.featureCounts.allSatisfy { $0.outOfVocabulary == 0 }, "\(request.featureCounts)")
        }
    }

    private func items(_ body: [UInt8]) throws -> [String] {
        try body.withUnsafeBytes { bytes in
            var message = PredictMessage()
            try message.read(bytes)
            return message.itemIDs.map { String(decoding: bytes[$0], as: UTF8.self) }
        }
    }

    @Test func popularItemsComeOften() throws {
        let model = try ScoringModel(name: "m", path: ExamplePackage.shared.get().plain)
        var options = options(50)
        let synthetic = try SyntheticRequests(model, options)
        let drawn = try (0..<40).flatMap { try items(synthetic.request($0)) }
        let counts = Dictionary(grouping: drawn) { $0 }.mapValues(\.count)
        // 1 / sum of k^-1.05 over 200 ranks is 0.191; of 2000 draws, 382 in the mean with a deviation of 18.
        #expect(abs((counts["1"] ?? 0) - 382) < 90)
        #expect((counts["1"] ?? 0) > (counts["10"] ?? 0))
        // Ids the server knows: no item features are sent.
        options.itemIDs = ["p", "q", "r"]
        let known = try SyntheticRequests(model, options).request(0)
        #expect(Set(try items(known)).isSubset(of: ["p", "q", "r"]))
        try known.withUnsafeBytes { bytes in
            var message = PredictMessage()
            try message.read(bytes)
            #expect(message.features.allSatisfy { $0.origin != .item })
        }
    }
}
