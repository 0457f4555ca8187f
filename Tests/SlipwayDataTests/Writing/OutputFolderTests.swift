import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayData

@Suite struct OutputFolderTests {
    private func write(_ text: String, _ output: OutputFolder) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: output.temporaryPath))
    }

    @Test func existingOutputIsRefused() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("old", to: "part-0.csv")
        let error = try failure { try OutputFolder(folder.path, fileName: "part-0.csv", overwrite: false) }
        #expect(error.code == .alreadyExists)
        #expect(error.message == "directory \(folder.path) already exist.")
        let file = try failure { try OutputFolder(folder.path + "/part-0.csv", fileName: "a", overwrite: true) }
        #expect(file.code == .alreadyExists)
    }

    @Test func overwritingReplacesPartsAndKeepsTheRest() throws {
        let folder = try TemporaryFolder()
        for name in ["part-0.parquet", "part-1.parquet", "part-0.csv", "part-x.csv", "notes.txt"] {
            _ = try folder.write("old", to: name)
        }
        let output = try OutputFolder(folder.path, fileName: "part-0.parquet", overwrite: true)
        try write("new", output)
        #expect(try folder.entries().count == 6)
        try output.commit()
        #expect(try folder.entries() == ["notes.txt", "part-0.parquet", "part-x.csv"])
        #expect(try String(contentsOfFile: folder.path + "/part-0.parquet", encoding: .utf8) == "new")
    }

    @Test func discardingLeavesTheOldOutput() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("old", to: "part-0.csv")
        do {
            let output = try OutputFolder(folder.path, fileName: "part-0.csv", overwrite: true)
            try write("half", output)
        }
        #expect(try folder.entries() == ["part-0.csv"])
        #expect(try String(contentsOfFile: folder.path + "/part-0.csv", encoding: .utf8) == "old")
    }

    @Test func aFolderThatAppearsMeanwhileIsNotLost() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out"
        for overwrite in [false, true] {
            let output = try OutputFolder(path, fileName: "part-0.csv", overwrite: overwrite)
            try write("mine", output)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            _ = try folder.write("theirs", to: "out/part-0.csv")
            if overwrite {
                try output.commit()
                #expect(try String(contentsOfFile: path + "/part-0.csv", encoding: .utf8) == "mine")
            } else {
                #expect(throws: SlipwayError.self) { try output.commit() }
                output.discard()
                #expect(try String(contentsOfFile: path + "/part-0.csv", encoding: .utf8) == "theirs")
            }
            #expect(try folder.entries() == ["out"])
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func anUnwritablePlaceIsNamed() throws {
        let error = try failure { try OutputFolder("/proc/nowhere/out", fileName: "part-0.csv", overwrite: false) }
        #expect(error.message.contains("/proc/nowhere"))
    }
}
