import Foundation
import Testing

/// Another program, run to its end.
enum Program {
    @discardableResult
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> String {
        let folder = try ScratchFolder()
        try input.write(toFile: folder.file("in"), atomically: true, encoding: .utf8)
        FileManager.default.createFile(atPath: folder.file("out"), contents: nil)
        FileManager.default.createFile(atPath: folder.file("err"), contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("err")))
        try process.run()
        process.waitUntilExit()
        let errors = try String(contentsOfFile: folder.file("err"), encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(arguments.prefix(3)): \(errors.suffix(2000))")
        return try String(contentsOfFile: folder.file("out"), encoding: .utf8)
    }
}
