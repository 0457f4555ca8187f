import Foundation
import SlipwayTestSupport

/// Another program, run to its end.
enum Program {
    struct Failure: Error {
        let arguments: [String]
        let status: Int32
        let errors: String
    }

    @discardableResult
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> String {
        let folder = try TemporaryFolder()
        try input.write(toFile: folder.path("in"), atomically: true, encoding: .utf8)
        try Data().write(to: URL(fileURLWithPath: folder.path("out")))
        try Data().write(to: URL(fileURLWithPath: folder.path("err")))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("err")))
        try process.run()
        process.waitUntilExit()
        let errors = try String(contentsOfFile: folder.path("err"), encoding: .utf8)
        guard process.terminationStatus == 0 else {
            throw Failure(arguments: arguments, status: process.terminationStatus, errors: String(errors.suffix(2000)))
        }
        return try String(contentsOfFile: folder.path("out"), encoding: .utf8)
    }
}
