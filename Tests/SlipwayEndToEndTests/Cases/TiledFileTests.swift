import Foundation
import SlipwayTestSupport
import Testing

/// Files scored with a package that takes user inputs once a request.
@Suite struct TiledFileTests {
    private static func predicting(_ output: String, _ more: [String] = []) -> [String] {
        DamagedExample.predicting(to: output) + more
    }

    /// Every row of a file is a request with one candidate; online, a batch is one request with the user of its first row.
    @Test func aBatchIsARequestOnline() throws {
        let example = try DamagedExample.exported(["INPUT_TILE": "3"])
        let online = ["INPUT_TILE_3_ONLINE": "1"]
        for (arguments, environment) in [
            (Self.predicting("rows"), [:]), (Self.predicting("singles", ["--batch_size", "1"]), online),
            (Self.predicting("request", ["--batch_size", "200"]), online),
        ] {
            let result = try example.slipway(arguments, environment)
            try #require(result.status == 0, "\(result.output)")
        }
        let rows = try Predictions(path: example.folder.path("rows"))
        let singles = try Predictions(path: example.folder.path("singles"))
        let request = try Predictions(path: example.folder.path("request"))
        // One row a batch: its first user is its only one.
        #expect(Predictions.difference(rows, singles).largest <= 1e-6)
        // All rows with the first one's user: the first agrees, others do not.
        let own = try #require(rows.columns["probs"])
        let shared = try #require(request.columns["probs"])
        #expect(own.count == shared.count)
        #expect(abs(own[0] - shared[0]) <= 1e-6)
        #expect(zip(own, shared).contains { abs($0 - $1) > 1e-3 })
    }

    @Test func onlineWithoutTilesIsAWarning() throws {
        let example = try DamagedExample.exported()
        try example.warns(
            DamagedExample.predicting(), ["INPUT_TILE_3_ONLINE": "1"],
            saying: ["INPUT_TILE_3_ONLINE=1 has no effect", "exported without INPUT_TILE"])
    }
}
