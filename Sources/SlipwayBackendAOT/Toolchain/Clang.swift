import CSlipwayAOT
import Foundation
import SlipwayCore

/// The C compiler: `SLIPWAY_CLANG`, else the clang beside the `swift` of PATH, else the one of PATH.
public struct Clang: Sendable {
    public let path: String

    /// Throws `notFound` when there is none.
    public init(environment: [String: String]) throws {
        if let given = environment["SLIPWAY_CLANG"], !given.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: given) else {
                throw SlipwayError(
                    .notFound, "SLIPWAY_CLANG is \(given), which is not a program",
                    fix: "name a clang of version 16 or later")
            }
            path = given
            return
        }
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        var candidates: [String] = []
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/swift") {
            let swift = URL(fileURLWithPath: "\(folder)/swift").resolvingSymlinksInPath()
            candidates.append(swift.deletingLastPathComponent().appendingPathComponent("clang").path)
        }
        candidates += folders.map { "\($0)/clang" }
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw SlipwayError(
                .notFound, "ENABLE_AOT is set, but there is no clang beside swift or in PATH",
                fix: "install the Swift toolchain or clang, name one with SLIPWAY_CLANG, or unset ENABLE_AOT")
        }
        path = found
    }

    /// Compiles `source` for each target, all at once, and gives the objects' bytes in their order.
    ///
    /// Throws `unsupported` with the compiler's first messages when it refuses.
    public func compile(_ source: String, for targets: [AOTTarget]) throws -> [[UInt8]] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "slipway-aot-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.write(source, to: folder)
        let runs = try targets.map { try start($0, in: folder) }
        return try zip(targets, runs).map { target, process in
            process.waitUntilExit()
            guard process.terminationReason == .exit, process.terminationStatus == 0 else {
                let log = try? String(
                    contentsOf: folder.appendingPathComponent("\(target.rawValue).log"), encoding: .utf8)
                let lines = (log ?? "").split(separator: "\n").prefix(5).joined(separator: " | ")
                throw SlipwayError(
                    .unsupported, "\(path) cannot compile the model for \(target.rawValue): \(lines)",
                    fix: "use clang 16 or later with lld, or unset ENABLE_AOT")
            }
            guard
                let bytes = FileManager.default.contents(
                    atPath: folder.appendingPathComponent("\(target.rawValue).so").path)
            else { throw SlipwayError(.ioFailure, "\(path) has written no object for \(target.rawValue)") }
            return Array(bytes)
        }
    }

    private func start(_ target: AOTTarget, in folder: URL) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.currentDirectoryURL = folder
        process.arguments =
            [
                "-std=c17", "-O3", "-fPIC", "-shared", "-nostdlib", "-nostdlibinc", "-ffreestanding", "-fno-builtin",
                "-fno-math-errno", "-fno-stack-protector", "-fvisibility=hidden", "-fuse-ld=lld", "-Wl,--gc-sections",
                "-Wl,-s",
                "-Wl,--build-id=none", "-I.", "-o", "\(target.rawValue).so", "model.c",
            ] + target.arguments
        let log = folder.appendingPathComponent("\(target.rawValue).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let handle = try FileHandle(forWritingTo: log)
        process.standardError = handle
        process.standardOutput = handle
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw SlipwayError(
                .ioFailure, "cannot run \(path)", fix: "name a working clang with SLIPWAY_CLANG", cause: error)
        }
        return process
    }

    private static func write(_ source: String, to folder: URL) throws {
        do {
            for name in ["", "include", "vector", "reduced"] {
                try FileManager.default.createDirectory(
                    at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
            }
            let texts = UnsafeBufferPointer(start: slipway_aot_texts(), count: Int(slipway_aot_text_count()))
            for text in texts {
                let data = Data(bytes: text.bytes, count: Int(text.length))
                try data.write(to: folder.appendingPathComponent(String(cString: text.path)))
            }
            try Data(source.utf8).write(to: folder.appendingPathComponent("model.c"))
        } catch {
            throw SlipwayError(.ioFailure, "cannot write the model's source to \(folder.path)", cause: error)
        }
    }
}
