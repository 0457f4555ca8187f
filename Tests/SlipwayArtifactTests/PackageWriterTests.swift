import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayArtifact

@Suite struct PackageWriterTests {
    @Test func writesEverythingThenRenames() throws {
        let scratch = try TemporaryFolder()
        let target = "\(scratch.path)/deep/er/export"
        try put(Array("x\ny\n".utf8), "\(scratch.path)/vocab")
        let writer = try PackageWriter(directory: target)
        try writer.add("b.json", bytes: Array("abc".utf8))
        try writer.copy("\(scratch.path)/vocab", as: "assets/sub/vocab")
        let stream = try writer.create("a.bin")
        try stream.append([1, 2])
        try stream.append([3])
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(try scratch.entries("deep/er").count == 1)
        let manifest = try writer.finish(ArtifactFixture.manifest)
        #expect(try scratch.entries("deep/er") == ["export"])
        #expect(try scratch.entries("deep/er/export") == ["a.bin", "assets", "b.json", "manifest.json"])
        #expect(manifest.files.map(\.path) == ["a.bin", "assets/sub/vocab", "b.json"])
        #expect(manifest.files.map(\.bytes) == [3, 4, 3])
        #expect(manifest.files[2].sha256 == HashedFileTests.abc)
        #expect(try PackageManifest(decoding: try contents("\(target)/manifest.json")) == manifest)
    }

    @Test func equalInputsGiveEqualBytes() throws {
        let scratch = try TemporaryFolder()
        try ArtifactFixture.write(to: "\(scratch.path)/a")
        try ArtifactFixture.write(to: "\(scratch.path)/b")
        let names = try scratch.entries("a")
        #expect(names == (try scratch.entries("b")))
        for name in names where name != "assets" {
            #expect(try contents("\(scratch.path)/a/\(name)") == contents("\(scratch.path)/b/\(name)"), "\(name)")
        }
    }

    @Test(arguments: [false, true]) func anExistingDirectoryIsRefused(withTrailingSlash: Bool) throws {
        let scratch = try TemporaryFolder()
        let target = "\(scratch.path)/export"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        let error = try failure { _ = try PackageWriter(directory: target + (withTrailingSlash ? "/" : "")) }
        #expect(error.code == .alreadyExists)
        #expect(
            error.description
                == "directory \(target) already exist. — remove it or choose another export directory")
        #expect(try scratch.entries() == ["export"])
    }

    @Test func aDirectoryThatAppearsMeanwhileIsKept() throws {
        let scratch = try TemporaryFolder()
        let target = "\(scratch.path)/export"
        let writer = try PackageWriter(directory: target)
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        #expect(try failure { try writer.finish(ArtifactFixture.manifest) }.code == .alreadyExists)
        #expect(try scratch.entries() == ["export"])
        #expect(try scratch.entries("export") == [])
    }

    @Test func aWriterThatGoesAwayLeavesNothing() throws {
        let scratch = try TemporaryFolder()
        do {
            let writer = try PackageWriter(directory: "\(scratch.path)/a/b/export")
            try writer.add("f", bytes: [1])
            _ = try writer.create("open")
        }
        #expect(try scratch.entries() == [])
        let writer = try PackageWriter(directory: "\(scratch.path)/a/export")
        try writer.add("f", bytes: [1])
        writer.abandon()
        #expect(try scratch.entries() == [])
        #expect(try failure { try writer.add("g", bytes: []) }.code == .internalFault)
    }

    @Test func twoWritersDoNotMeet() throws {
        let scratch = try TemporaryFolder()
        let first = try PackageWriter(directory: "\(scratch.path)/export")
        let second = try PackageWriter(directory: "\(scratch.path)/export")
        try second.finish(ArtifactFixture.manifest)
        #expect(try failure { try first.finish(ArtifactFixture.manifest) }.code == .alreadyExists)
        #expect(try scratch.entries() == ["export"])
    }

    @Test func aFileThatFailsIsNotKept() throws {
        let scratch = try TemporaryFolder()
        let writer = try PackageWriter(directory: "\(scratch.path)/export")
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try writer.add("half") { path in
                try put([1], path)
                throw Stop()
            }
        }
        try writer.finish(ArtifactFixture.manifest)
        #expect(try scratch.entries("export") == ["manifest.json"])
    }

    @Test func pathsAreChecked() throws {
        let scratch = try TemporaryFolder()
        let writer = try PackageWriter(directory: "\(scratch.path)/export")
        let outside = try failure { try writer.add("../x", bytes: []) }
        #expect(outside.code == .invalidArgument)
        #expect(outside.message == "\"../x\" is not a path in the package")
        try writer.add("a", bytes: [])
        #expect(try failure { try writer.add("a", bytes: []) }.message == "the package has two files called a")
        #expect(try failure { try writer.copy("\(scratch.path)/none", as: "b") }.code == .notFound)
    }

    @Test func parentsThatCannotBeMadeAreNamed() throws {
        let scratch = try TemporaryFolder()
        try put([], "\(scratch.path)/file")
        let error = try failure { _ = try PackageWriter(directory: "\(scratch.path)/file/export") }
        #expect(error.code == .ioFailure)
        #expect(error.message.contains("\(scratch.path)/file"))
        #expect(try failure { _ = try PackageWriter(directory: "") }.code == .invalidArgument)
    }
}
