import Foundation
import SlipwayCore
import Testing

@Suite struct MappedFileTests {
    /// Runs `body` with an empty folder that goes away afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    @Test func mapsTheWholeFile() throws {
        try withFolder { folder in
            let path = folder + "/data"
            let content = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
            try content.write(to: URL(fileURLWithPath: path))
            let file = try MappedFile(path: path)
            #expect(file.path == path)
            #expect(Data(file.bytes) == content)
            #expect(try MappedFile.contents(of: path) == Array(content))
            #expect(try MappedFile.withBytes(of: path) { ($0.count, $0[9]) } == (10_000, 63))
        }
    }

    /// A copy keeps its bytes whatever becomes of the file, and when pages are given back.
    @Test func aCopyIsIndependentOfTheFile() throws {
        try withFolder { folder in
            let path = folder + "/data"
            let content = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
            try content.write(to: URL(fileURLWithPath: path))
            let file = try MappedFile(path: path, copies: true)
            #expect(truncate(path, 3) == 0)
            file.discard(0..<50_000)
            #expect(Data(file.bytes) == content)
            #expect(truncate(path, 0) == 0)
            #expect(try MappedFile(path: path, copies: true).bytes.isEmpty)
            #expect(throws: SlipwayError.self) { try MappedFile(path: folder, copies: true) }
        }
    }

    @Test func anEmptyFileHasNoBytes() throws {
        try withFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/empty"))
            let file = try MappedFile(path: folder + "/empty")
            #expect(file.bytes.isEmpty)
            file.discard(0..<4096)
        }
    }

    @Test func whatIsNoFileIsNamed() throws {
        try withFolder { folder in
            let missing = #expect(throws: SlipwayError.self) { try MappedFile(path: folder + "/gone") }
            #expect(missing?.code == .notFound)
            #expect(missing?.message == "\(folder)/gone does not exist")
            let directory = #expect(throws: SlipwayError.self) { try MappedFile(path: folder) }
            #expect(directory?.code == .ioFailure)
            let unread = #expect(throws: SlipwayError.self) {
                try MappedFile.withBytes(of: folder + "/gone") { $0.count }
            }
            #expect(unread?.message == missing?.message)
            #expect(directory?.message == "\(folder) is not a regular file")
            // A pipe without a writer must not block.
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            let pipe = #expect(throws: SlipwayError.self) { try MappedFile(path: folder + "/pipe") }
            #expect(pipe?.message == "\(folder)/pipe is not a regular file")
            let loop = folder + "/loop"
            try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
            let endless = #expect(throws: SlipwayError.self) { try MappedFile(path: loop) }
            #expect(endless?.code == .ioFailure)
        }
    }

    @Test func discardedPagesReadTheSame() throws {
        try withFolder { folder in
            let path = folder + "/data"
            let content = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
            try content.write(to: URL(fileURLWithPath: path))
            let file = try MappedFile(path: path)
            for range in [
                0..<0, 0..<50_000, 100..<200, 4096..<8192, 5000..<40_000, -5..<10_000, 0..<Int.max, 60_000..<70_000,
            ] {
                file.discard(range)
                #expect(Data(file.bytes) == content, "\(range)")
            }
        }
    }

    @Test func errnoBecomesAnErrorThatNamesThePath() {
        let missing = FileError.make(path: "/a", action: "open", code: ENOENT)
        #expect(missing.code == .notFound && missing.message == "/a does not exist")
        for code in [ENOSPC, EDQUOT] {
            let full = FileError.make(path: "/a", action: "write", code: code)
            #expect(full.code == .diskFull)
            #expect(full.description == "no space left while trying to write /a — free space and run again")
        }
        let denied = FileError.make(path: "/a", action: "open", code: EACCES)
        #expect(denied.code == .ioFailure && denied.message == "cannot open /a: Permission denied")
    }
}
