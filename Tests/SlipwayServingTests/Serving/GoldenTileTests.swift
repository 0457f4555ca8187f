import Foundation
import SlipwayExport
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Requests that TorchEasyRec scored with its own exported models, through the server.
struct GoldenTileTests {
    private static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/goldens").path
    private static let cases = ["deepfm", "multi_tower_din", "dbmtl_seq"]

    static var isAvailable: Bool {
        ClientTests.has("triton")
            && cases.allSatisfy { FileManager.default.fileExists(atPath: "\(goldens)/\($0)/pipeline.config") }
    }

    @Test(.enabled(if: isAvailable, "the golden cases are not beside the checkout, or the client is not installed"))
    func scoresAreTorchEasyRecs() throws {
        let folder = try TemporaryFolder()
        var requests: [String] = []
        var models: [String] = []
        for name in Self.cases {
            let golden = "\(Self.goldens)/\(name)"
            // The latest checkpoint, but for the case that is about choosing another.
            let checkpoint = name == "deepfm" ? "model.ckpt-10" : try Self.latest("\(golden)/ckpt")
            _ = try Exporter.run(
                ExportRequest(
                    pipelineConfigPath: "\(golden)/pipeline.config", checkpointPath: "\(golden)/ckpt/\(checkpoint)",
                    exportDirectory: folder.path(name), environment: ["QUANT_EMB": "0", "INPUT_TILE": "3"],
                    slipwayVersion: "test", createdAt: "2026-01-01T00:00:00Z")
            ) { _ in }
            models.append("\(name)=\(folder.path(name))")
            requests.append("\(name)=\(golden)/tile_tile3_u0.npz")
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

    private static func latest(_ folder: String) throws -> String {
        let steps = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            $0.hasPrefix("model.ckpt-") ? Int($0.dropFirst(11)) : nil
        }
        return "model.ckpt-\(try #require(steps.max()))"
    }
}
