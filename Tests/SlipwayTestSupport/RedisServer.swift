import Foundation
package import Testing

/// A real `redis-server` on this machine, ended with the value.
package final class RedisServer {
    package let port: Int
    private let arguments: [String]
    private let folder: TemporaryFolder
    private var process: Process

    package static let isInstalled = ["redis-server", "redis-cli", "redis-sentinel"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
    }
    package static let isMissing: Comment = "redis-server and redis-sentinel are not installed"

    /// - Parameters:
    ///   - arguments: beside the port, as the command line has them.
    ///   - config: the text of a configuration file; sentinels write into it.
    package init(_ arguments: [String] = [], config: String? = nil, isSentinel: Bool = false) throws {
        folder = try TemporaryFolder()
        var start = ["/usr/bin/redis-server"]
        if let config { start.append(try folder.write(config, to: "redis.conf")) }
        if isSentinel { start.append("--sentinel") }
        var last: (any Error)?
        for _ in 0..<5 {
            // Another process may take the port meanwhile.
            let port = try LoopbackPort.free()
            let all =
                start + ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path] + arguments
                + (isSentinel ? [] : ["--save", "", "--appendonly", "no"])
            do {
                process = try Self.run(all, port)
                self.port = port
                self.arguments = all
                return
            } catch { last = error }
        }
        throw last ?? Failure(text: "redis-server does not start")
    }

    package struct Failure: Error { let text: String }

    private static func run(_ arguments: [String], _ port: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<1000 {
            if LoopbackPort.isOpen(port) { return process }
            guard process.isRunning else { break }
            usleep(10_000)
        }
        if process.isRunning { ProcessSignal.send(process.processIdentifier, SIGKILL) }
        throw Failure(text: "redis-server does not listen on \(port)")
    }

    deinit { end() }

    /// Ends it at once, as a crash does.
    package func end() {
        guard process.isRunning else { return }
        ProcessSignal.send(process.processIdentifier, SIGCONT)
        ProcessSignal.send(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Starts it again on the same port, empty.
    package func begin() throws { process = try Self.run(arguments, port) }

    /// Accepts connections and answers nothing, until `wake`.
    package func freeze() { ProcessSignal.send(process.processIdentifier, SIGSTOP) }
    package func wake() { ProcessSignal.send(process.processIdentifier, SIGCONT) }

    /// What redis-cli prints for a command.
    @discardableResult
    package func ask(_ words: String..., options: [String] = []) throws -> String {
        try Self.cli(["-p", "\(port)"] + options + words)
    }

    package static func cli(_ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Signals to other processes.
private enum ProcessSignal {
    static func send(_ process: Int32, _ signal: Int32) { _ = kill(process, signal) }
}

/// Three masters on this machine that share the slots.
package final class RedisCluster {
    package let nodes: [RedisServer]

    package init() throws {
        nodes = try (0..<3).map { _ in
            try RedisServer([
                "--cluster-enabled", "yes", "--cluster-port", "\(LoopbackPort.free())", "--cluster-node-timeout",
                "2000",
                "--cluster-require-full-coverage", "no",
            ])
        }
        let said = try RedisServer.cli(
            ["--cluster", "create"] + nodes.map { "127.0.0.1:\($0.port)" }
                + ["--cluster-replicas", "0", "--cluster-yes"])
        for node in nodes {
            var state = ""
            for _ in 0..<1500 where !state.contains("cluster_state:ok") {
                state = try node.ask("cluster", "info")
                if !state.contains("cluster_state:ok") { usleep(20_000) }
            }
            guard state.contains("cluster_state:ok") else {
                throw RedisServer.Failure(text: "no cluster came about: \(said)")
            }
        }
    }

    package var address: String { "redis-cluster://" + nodes.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") }
}
