import Foundation

/// The `slipway` binary that was built with these tests, run as a user would.
enum Command {
    struct Result {
        let status: Int32
        let output: String
    }

    /// The folder the build put executables into: that of the test bundle.
    static let binary: URL = {
        var candidates = [URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()]
        if let bundle = Bundle.allBundles.first(where: { $0.bundlePath.hasSuffix(".xctest") }) {
            candidates.append(bundle.bundleURL.deletingLastPathComponent())
        }
        for configuration in ["release", "debug"] {
            candidates.append(root.appendingPathComponent(".build/\(configuration)"))
        }
        let found = candidates.map { $0.appendingPathComponent("slipway") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        return found ?? root.appendingPathComponent(".build/release/slipway")
    }()

    /// The checkout.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs `slipway` with `arguments` in `folder`. Of this process's environment the acceleration flags are left out.
    /// `fileBlocks` limits the files it may write, in units of 1024 bytes.
    static func slipway(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:], fileBlocks: Int? = nil
    ) throws -> Result {
        let process = Process()
        if let fileBlocks {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            // The log must not be under the limit, so it goes through a pipe.
            let script = "set -o pipefail; (ulimit -f \(fileBlocks); exec \"$0\" \"$@\") 2>&1 | cat"
            process.arguments = ["-c", script, binary.path] + arguments
        } else {
            process.executableURL = binary
            process.arguments = arguments
        }
        process.currentDirectoryURL = folder
        let flags = ["QUANT_", "INPUT_TILE", "ENABLE_", "USE_", "WORLD_SIZE", "MAX_EXPORT"]
        var inherited = ProcessInfo.processInfo.environment.filter { entry in
            !flags.contains { entry.key.hasPrefix($0) }
        }
        inherited.merge(environment) { $1 }
        process.environment = inherited
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: log) }
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try handle.close()
        return Result(status: process.terminationStatus, output: try String(contentsOf: log, encoding: .utf8))
    }
}
