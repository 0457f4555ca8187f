import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayArtifact

@Suite struct HashedFileTests {
    /// FIPS 180-2 example: "abc".
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func hashesWhatItWrites() throws {
        let scratch = try TemporaryFolder()
        let file = try HashedFile(creating: "\(scratch.path)/f")
        try file.append(Array("a".utf8))
        try file.append([])
        try file.append(Array("bc".utf8))
        #expect(file.byteCount == 3)
        #expect(try file.close() == Self.abc)
        #expect(try contents("\(scratch.path)/f") == Array("abc".utf8))
        #expect(try FileHash.sha256(path: "\(scratch.path)/f") == (Self.abc, 3))
        #expect(FileHash.sha256(Array("abc".utf8)) == Self.abc)
    }

    /// FIPS 180-2 example: one million times "a".
    @Test func largePiecesKeepTheirOrder() throws {
        let scratch = try TemporaryFolder()
        let file = try HashedFile(creating: "\(scratch.path)/f")
        for size in [1, 299_999, 400_000, 5, 299_995] {
            try file.append([UInt8](repeating: UInt8(ascii: "a"), count: size))
        }
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(try file.close() == expected)
        #expect(try FileHash.sha256(path: "\(scratch.path)/f") == (expected, 1_000_000))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsNamed() throws {
        let file = HashedFile(descriptor: open("/dev/full", O_WRONLY), path: "/dev/full")
        try file.append(Array("abc".utf8))
        let error = try failure { _ = try file.close() }
        #expect(error.code == .diskFull)
        #expect(
            error.description == "no space left while trying to write /dev/full — free space and run again")
    }

    @Test func anExistingFileIsNotReplaced() throws {
        let scratch = try TemporaryFolder()
        try put([1], "\(scratch.path)/f")
        #expect(try failure { _ = try HashedFile(creating: "\(scratch.path)/f") }.code == .ioFailure)
    }

    @Test func aMissingFileIsNamed() throws {
        #expect(try failure { _ = try FileHash.sha256(path: "/nowhere/f") }.message == "/nowhere/f does not exist")
    }
}
