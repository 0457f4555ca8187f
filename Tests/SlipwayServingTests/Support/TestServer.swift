import Foundation
import Logging
import SlipwayServing
import Testing

/// A server in this process on any port, stopped at the end.
final class TestServer: Sendable {
    let server: PredictionServer

    init(_ arguments: [String], admin: Bool = false, grpc: Bool = false) throws {
        // Patient, for machines that are busy; what a test says wins.
        let patience = [
            "--request-timeout-ms", "120000", "--receive-timeout-ms", "120000", "--send-timeout-ms", "120000",
            "--idle-timeout-ms", "3600000",
        ]
        var all = patience + arguments
        all += ["--host", "127.0.0.1", "--port", "0", "--workers", "2", "--drain-timeout-ms", "2000"]
        if admin { all += ["--admin-port", "0"] }
        if grpc { all += ["--grpc-port", "0"] }
        if admin && grpc { all += ["--grpc-admin-port", "0"] }
        let (settings, _) = try ServingSettings.parse(arguments: all)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        server = try PredictionServer(settings, version: "test", logger: logger)
    }

    /// With the bundled example as `example`.
    static func example(
        _ arguments: [String] = [], tiled: Bool = false, admin: Bool = false, grpc: Bool = false
    ) throws -> TestServer {
        let package = try ExamplePackage.shared.get()
        let server = try TestServer(
            ["example=\(tiled ? package.tiled : package.plain)"] + arguments, admin: admin, grpc: grpc)
        try server.server.load()
        return server
    }

    var port: Int { server.port }

    /// A connection to the gRPC port.
    func connectForCalls(timeoutSeconds: Int = 30) throws -> RawHTTP2 {
        try RawHTTP2(port: try #require(server.grpcPort), timeoutSeconds: timeoutSeconds)
    }

    func connect(timeoutSeconds: Int = 120) throws -> RawHTTP {
        try RawHTTP(port: port, timeoutSeconds: timeoutSeconds)
    }

    func predict(_ body: [UInt8], service: String = "example", headers: [String: String] = [:]) throws -> RawHTTP.Answer
    {
        try connect().ask("POST", "/api/predict/\(service)", headers: headers, body: body)
    }

    func metrics(_ name: String) throws -> Double {
        let text = try connect().ask("GET", "/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) && !$0.hasPrefix("#") }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
    }

    deinit { server.stop() }
}

extension RawHTTP.Answer {
    /// `probs` of a `PBResponse`.
    var probs: [Float] { ResponseFields(body)?.outputs["probs"]?.floats ?? [] }
}
