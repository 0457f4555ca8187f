import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayTestSupport
import Testing

@Suite struct PackageTests {
    private func written() throws -> (TemporaryFolder, String) {
        let scratch = try TemporaryFolder()
        let path = "\(scratch.path)/export"
        try ArtifactFixture.write(to: path)
        return (scratch, path)
    }

    @Test(arguments: [Package.Verification.sizes, .hashes]) func roundTrip(verify: Package.Verification) throws {
        let (scratch, path) = try written()
        let package = try Package.open(path: path, verify: verify)
        #expect(GraphPrinter.print(package.graph) == GraphPrinter.print(try ArtifactFixture.graph()))
        #expect(package.manifest.modelKind == "deepfm")
        #expect(package.manifest.provenance.step == 29)
        #expect(
            package.manifest.inputs.map(\.name) == ["plain.values", "plain.lengths", "packed.values", "packed.lengths"])
        #expect(
            package.dense == [
                "out.weight": Tensor(shape: [1, 4], floats: [1, -1, 2, -2]),
                "out.bias": Tensor(shape: [1], floats: [0.5]),
            ])
        let plain = try #require(package.tables["emb.a"])
        let packed = try #require(package.tables["emb.b"])
        #expect((plain.dtype, plain.rowCount, plain.width, plain.rowStride) == (.f32, 3, 2, 8))
        #expect(Array(plain.bytes) == ArtifactFixture.plainRows)
        #expect((packed.dtype, packed.rowCount, packed.width, packed.rowStride) == (.q8, 3, 2, 6))
        #expect(Array(packed.bytes) == ArtifactFixture.packedRows)
        #expect(try contents(try package.file("assets/vocab.txt")) == Array("a\nb\n".utf8))
        #expect(try failure { _ = try package.file("none") }.code == .notFound)
        withExtendedLifetime(scratch) {}
    }

    @Test func filesThatAreNotListedAreIgnored() throws {
        let (scratch, path) = try written()
        try put([1, 2, 3], "\(path)/extra.bin")
        _ = try Package.open(path: path, verify: .hashes)
        withExtendedLifetime(scratch) {}
    }

    @Test func aMissingPackageIsNamed() throws {
        let scratch = try TemporaryFolder()
        let none = try failure { _ = try Package.open(path: "\(scratch.path)/none") }
        #expect(none.code == .notFound)
        #expect(none.message == "\(scratch.path)/none does not exist")
        let empty = try failure { _ = try Package.open(path: scratch.path) }
        #expect(
            empty.description == "there is no manifest.json (in package \(scratch.path)) — "
                + "name a directory that slipway export has written")
    }

    @Test func aMissingFileIsNamed() throws {
        let (scratch, path) = try written()
        try FileManager.default.removeItem(atPath: "\(path)/assets/vocab.txt")
        let error = try failure { _ = try Package.open(path: path) }
        #expect(error.code == .notFound)
        #expect(error.message == "assets/vocab.txt is missing; the manifest lists it with 4 bytes")
        withExtendedLifetime(scratch) {}
    }

    @Test func aTruncatedFileIsNamed() throws {
        let (scratch, path) = try written()
        let file = "\(path)/tables.safetensors"
        let bytes = try contents(file)
        try put(bytes.dropLast(), file)
        let error = try failure { _ = try Package.open(path: path) }
        #expect(error.code == .corrupt)
        #expect(error.message == "tables.safetensors has \(bytes.count - 1) bytes; the manifest says \(bytes.count)")
        withExtendedLifetime(scratch) {}
    }

    @Test func aChangedFileIsFoundByItsHash() throws {
        let (scratch, path) = try written()
        let file = "\(path)/tables.safetensors"
        var bytes = try contents(file)
        bytes[bytes.count - 1] ^= 1
        try put(bytes, file)
        _ = try Package.open(path: path, verify: .sizes)
        let error = try failure { _ = try Package.open(path: path, verify: .hashes) }
        #expect(error.code == .corrupt)
        #expect(error.message.hasPrefix("tables.safetensors has SHA-256 "))
        #expect(error.fix == "copy or export the package again")
        withExtendedLifetime(scratch) {}
    }

    @Test func aNewerFormatIsUnsupported() throws {
        let (scratch, path) = try written()
        let file = "\(path)/manifest.json"
        let text = String(decoding: try contents(file), as: UTF8.self)
        try put(Array(text.replacing("\"format_version\" : 1", with: "\"format_version\" : 7").utf8), file)
        let error = try failure { _ = try Package.open(path: path) }
        #expect(error.code == .unsupported)
        #expect(error.message == "the package has format version 7; this version reads 1")
        withExtendedLifetime(scratch) {}
    }

    @Test func tablesMustBeTheGraphs() throws {
        let scratch = try TemporaryFolder()
        func message(_ change: (inout [PackageManifest.Table]) -> Void) throws -> String {
            let path = "\(scratch.path)/\(UUID().uuidString)"
            var manifest = ArtifactFixture.manifest
            manifest.tables = PackageManifest.tables(of: try ArtifactFixture.graph())
            change(&manifest.tables)
            try ArtifactFixture.write(to: path, manifest: manifest)
            return try failure { _ = try Package.open(path: path) }.message
        }
        #expect(try message { $0.removeLast() } == "the manifest does not list table emb.b")
        #expect(
            try message { $0[0].dtype = "f16" }
                == "table emb.a is f16[3, 2] in the manifest; the graph has f32[3, 2]")
        #expect(
            try message { $0[1].rows = 4 } == "table emb.b is q8[4, 2] in the manifest; the graph has q8[3, 2]")
        #expect(try message { $0[1].rowBytes = 8 } == "table emb.b is u8[3, 6], not u8[3, 8]")
        #expect(try message { $0[0].bytes = 23 } == "table emb.a has 24 bytes; the manifest says 23")
        #expect(
            try message { $0[0].rowBytes = 12 } == "table emb.a: 3 rows of 12 bytes against 24 bytes")
        #expect(try message { $0.append($0[0]) } == "the manifest lists table emb.a twice")
    }

    /// Random damage to the files that are parsed: opening succeeds or throws a `SlipwayError`, nothing else.
    @Test(arguments: ["manifest.json", "graph.json", "dense.safetensors", "tables.safetensors"])
    func damageOnlyThrows(name: String) throws {
        let (scratch, path) = try written()
        let file = "\(path)/\(name)"
        let original = try contents(file)
        // Size and hash in the manifest would hide the damage from the parsers behind them.
        let manifest = String(decoding: try contents("\(path)/manifest.json"), as: UTF8.self)
        let digits = Array("0123456789-.\"{}[],:eE\\u \u{7F}".utf8)
        Fuzz.report("package files: \(name)", Fuzz.count(300))
        for number in 0..<Fuzz.count(300) {
            let seed = Fuzz.seed(UInt64(number))
            var random = SeededRandom(seed: seed)
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[at] = digits.randomElement(using: &random) ?? 0
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...9, using: &random)))
                case 3: bytes.insert(contentsOf: digits.shuffled(using: &random).prefix(3), at: at)
                default: bytes = Array(bytes[..<at])
                }
            }
            try put(bytes, file)
            if name != "manifest.json" {
                let size = manifest.replacing("\"bytes\" : \(original.count),", with: "\"bytes\" : \(bytes.count),")
                try put(Array(size.utf8), "\(path)/manifest.json")
            }
            do {
                _ = try Package.open(path: path)
            } catch is SlipwayError {
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
        }
        withExtendedLifetime(scratch) {}
    }
}
