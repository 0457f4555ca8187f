import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Requests that TorchEasyRec scored with its own exported models, through the server.
struct GoldenTileTests {
    private static let cases = ["deepfm", "multi_tower_din", "dbmtl_seq"]

    static var isAvailable: Bool {
        ClientTests.has("triton") && Golden.has(cases)
    }

    @Test(.enabled(if: isAvailable, "the golden cases are not beside the checkout, or the client is not installed"))
    func scoresAreTorchEasyRecs() throws {
        let folder = try TemporaryFolder()
        var requests: [String] = []
        var models: [String] = []
        for name in Self.cases {
            // The latest checkpoint, but for the case that is about choosing another.
            try Golden.export(
                name, to: folder.path(name), checkpoint: name == "deepfm" ? "model.ckpt-10" : nil,
                environment: ["QUANT_EMB": "0", "INPUT_TILE": "3"])
            models.append("\(name)=\(folder.path(name))")
            requests.append("\(name)=\(Golden.path(name))/tile_tile3_u0.npz")
        }
        let server = try TestServer(models)
        try server.server.load()
        let output = try Program.run(
            [ClientTests.python("triton"), Fixture.path("Clients/golden_tiles.py"), "127.0.0.1:\(server.port)"]
                + requests)
        let gaps = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Double])
        #expect(gaps.count >= 6, "\(gaps)")
        for (name, gap) in gaps { #expect(gap <= 1e-5, "\(name): \(gap)") }
    }
}
