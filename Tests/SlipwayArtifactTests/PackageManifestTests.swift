import Foundation
import SlipwayCore
import SlipwayGraph
import SlipwayTestSupport
import Testing

@testable import SlipwayArtifact

@Suite struct PackageManifestTests {
    @Test func textIsSortedSnakeCase() throws {
        var manifest = ArtifactFixture.manifest
        manifest.files = [.init(path: "graph.json", bytes: 2, sha256: "00")]
        manifest.inputs = [.init(name: "a.values", type: ValueType(.f32, [.batch, .fixed(4)]))]
        manifest.tables = [.init(name: "t", rows: 3, width: 2, dtype: "q8", rowBytes: 6, bytes: 18)]
        let text = String(decoding: try manifest.encoded(), as: UTF8.self)
        let keys = [
            "acceleration", "created_at", "files", "format_version", "inputs", "model_kind", "notes", "outputs", "part",
            "provenance", "quantization", "slipway_version", "tables",
        ]
        let outer = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map { $0.split(separator: "\"")[1] }
        #expect(outer.map(String.init) == keys)
        #expect(text.contains("\"row_bytes\" : 6"))
        #expect(text.contains("\"config_sha256\" : \"abab"))
        #expect(text.contains("\"checkpoint\" : \"ckpt/model.ckpt-29\""))
        #expect(text.contains("\"B\",\n        4"))
        #expect(text.hasSuffix("}\n"))
        #expect(try PackageManifest(decoding: Array(text.utf8)) == manifest)
    }

    @Test func describesAGraph() throws {
        let tables = PackageManifest.tables(of: try ArtifactFixture.graph())
        #expect(
            tables == [
                .init(name: "emb.a", rows: 3, width: 2, dtype: "f32", rowBytes: 8, bytes: 24),
                .init(name: "emb.b", rows: 3, width: 2, dtype: "q8", rowBytes: 6, bytes: 18),
            ])
    }

    @Test func unknownKeysAreIgnored() throws {
        let text = String(decoding: try ArtifactFixture.manifest.encoded(), as: UTF8.self)
        let more = "{\"later\": [1], " + text.dropFirst()
        #expect(try PackageManifest(decoding: Array(more.utf8)) == ArtifactFixture.manifest)
    }

    @Test func errorsByMessage() throws {
        func message(_ text: String) throws -> String {
            try failure { _ = try PackageManifest(decoding: Array(text.utf8)) }.message
        }
        let newer = try failure { _ = try PackageManifest(decoding: Array("{\"format_version\": 2}".utf8)) }
        #expect(newer.code == .unsupported)
        #expect(newer.description == "the package has format version 2; this version reads 1 — update slipway")
        #expect(try message("{}") == "the manifest is not readable: format_version is missing")
        #expect(
            try message("{\"format_version\": 1, \"slipway_version\": \"1\"}")
                == "the manifest is not readable: created_at is missing")
        #expect(try message("[").hasPrefix("the manifest is not readable: "))
    }

    @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "", "a//b", "./a", "a/", "manifest.json", "a\u{0}b"])
    func pathsStayInside(path: String) throws {
        var manifest = ArtifactFixture.manifest
        manifest.files = [.init(path: path, bytes: 0, sha256: "")]
        let error = try failure { _ = try PackageManifest(decoding: try manifest.encoded()) }
        #expect(error.code == .corrupt)
        #expect(error.message == "the manifest lists the file \"\(path)\", which is not a path in the package")
    }

    @Test func filesAreListedOnce() throws {
        var manifest = ArtifactFixture.manifest
        manifest.files = [.init(path: "a", bytes: 0, sha256: ""), .init(path: "a", bytes: 0, sha256: "")]
        #expect(
            try failure { _ = try PackageManifest(decoding: try manifest.encoded()) }.message
                == "the manifest lists the file a twice")
        manifest.files = [.init(path: "a", bytes: -1, sha256: "")]
        #expect(
            try failure { _ = try PackageManifest(decoding: try manifest.encoded()) }.message
                == "the manifest gives a -1 bytes")
    }
}
