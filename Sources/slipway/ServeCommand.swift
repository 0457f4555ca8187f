import ArgumentParser
import Foundation
import Logging
import SlipwayServing

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve packages: the TorchEasyRec Processor's protocol and the Open Inference Protocol v2.",
        discussion: """
            slipway serve PACKAGE serves a package under its folder's name on port 8080; NAME=PACKAGE under another name. --config \
            reads an EAS service JSON or a YAML file; flags win over it.

            \(ServingSettings.help)
            """)

    @Argument(
        parsing: .captureForPassthrough,
        help: "PACKAGE or NAME=PACKAGE, --config FILE, --service-name NAME, and the flags below.")
    var arguments: [String] = []

    func run() async throws {
        if arguments.contains("--help") || arguments.contains("-h") { throw CleanExit.helpRequest(self) }
        let (settings, warnings) = try ServingSettings.parse(arguments: arguments)
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = JSONLogHandler(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "slipway")
        for warning in warnings { logger.warning("configuration", metadata: ["warning": "\(warning)"]) }
        let server = try PredictionServer(settings, version: Slipway.version, logger: logger)
        let signals = StopSignals(onReload: { server.reload() })
        do {
            try server.load()
        } catch {
            server.stop()
            throw error
        }
        for line in server.banner() { Console.error(line) }
        var ports: Logger.Metadata = [
            "port": "\(server.port)", "admin_port": "\(server.adminPort.map { "\($0)" } ?? "")",
        ]
        if let port = server.grpcPort { ports["grpc_port"] = "\(port)" }
        logger.info("ready", metadata: ports)
        await signals.wait()
        server.stop()
    }
}
