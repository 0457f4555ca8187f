import Foundation
import Testing

/// Packages that are absent, incomplete, changed or too new.
@Suite struct PackageErrorTests {
    @Test(arguments: [
        ("nowhere", "nowhere does not exist"), ("data", "there is no manifest.json"),
        (DamagedExample.rows, "it is a file"),
    ])
    func noPackage(path: String, part: String) throws {
        try DamagedExample().refuses(
            [
                "predict", "--scripted_model_path", path, "--predict_input_path", DamagedExample.rows,
                "--predict_output_path",
                "out",
            ], status: 66, [part, "in package \(path)", "name a directory that slipway export has written"])
    }

    @Test(arguments: ["fg.json", "gm.code", "graph.json", "dense.safetensors", "tables.safetensors", "pipeline.config"])
    func fileOfAnotherSize(name: String) throws {
        let example = try DamagedExample.exported()
        let bytes = try example.bytes("package/\(name)")
        try example.write(bytes + [10], to: "package/\(name)")
        try example.refuses(
            DamagedExample.predicting(), status: 65,
            [
                "\(name) has \(bytes.count + 1) bytes; the manifest says \(bytes.count)", "in package package",
                "export the package again",
            ])
    }

    /// One bit of a weight: only the hash tells.
    @Test(arguments: ["dense.safetensors", "tables.safetensors"])
    func fileOfTheSameSize(name: String) throws {
        let example = try DamagedExample.exported()
        var bytes = try example.bytes("package/\(name)")
        bytes[bytes.count - 1] ^= 1
        try example.write(bytes, to: "package/\(name)")
        try example.refuses(
            DamagedExample.predicting() + ["--verify"], status: 65,
            ["\(name) has SHA-256 ", "the manifest says ", "export the package again"])
        #expect(try example.slipway(DamagedExample.predicting()).status == 0)
    }

    @Test(arguments: ["fg.json", "graph.json", "dense.safetensors", "tables.safetensors", "pipeline.config"])
    func missingFile(name: String) throws {
        let example = try DamagedExample.exported()
        try example.remove("package/\(name)")
        try example.refuses(
            DamagedExample.predicting(), status: 66,
            ["\(name) is missing; the manifest lists it with", "in package package", "export the package again"])
    }

    @Test func newerFormat() throws {
        let example = try DamagedExample.exported()
        let text = String(decoding: try example.bytes("package/manifest.json"), as: UTF8.self)
        try example.write(
            Array(text.replacing(#/"format_version" : \d+/#, with: "\"format_version\" : 900").utf8),
            to: "package/manifest.json")
        try example.refuses(
            DamagedExample.predicting(), status: 69, ["the package has format version 900", "update slipway"])
    }

    @Test func manifestThatIsCutOff() throws {
        let example = try DamagedExample.exported()
        try example.truncate("package/manifest.json", to: 300)
        try example.refuses(
            DamagedExample.predicting(), status: 65,
            ["the manifest is not readable", "in manifest.json", "in package package", "export the package again"])
    }
}
