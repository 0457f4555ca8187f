import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayLoad

/// Flags of commands that talk to a server.
struct ClientFlags: ParsableArguments {
    @Option(help: "The service, where the server's address is without a path.")
    var service: String?

    @Option(help: "Sent as Authorization.")
    var token: String?

    @Option(help: "A file whose first line is the token.")
    var tokenFile: String?

    @Option(help: "Open connections at most.")
    var connections = 64

    @Option(help: "Time for a request, in milliseconds, from when it was due.")
    var timeoutMs = 5000

    @Option(help: "PEM file with the authorities that vouch for an https server.")
    var tlsCa: String?

    func options(keepsBodies: Bool, threads: Int = 1) throws -> ClientOptions {
        var options = ClientOptions()
        options.token = token
        if let tokenFile {
            guard token == nil else {
                throw SlipwayError(.invalidArgument, "--token and --token-file are both given", fix: "give one of them")
            }
            let text = String(decoding: try MappedFile.contents(of: tokenFile), as: UTF8.self)
            guard let line = text.split(whereSeparator: \.isNewline).first else {
                throw SlipwayError(.invalidArgument, "\(tokenFile) holds no token", fix: "write it in the first line")
            }
            options.token = line.trimmingCharacters(in: .whitespaces)
        }
        guard (1...65_536).contains(connections), (1...3_600_000).contains(timeoutMs) else {
            throw SlipwayError(
                .invalidArgument, "--connections is \(connections), --timeout-ms \(timeoutMs)",
                fix: "use 1 to 65536 connections and 1 to 3600000 ms")
        }
        options.connections = connections
        options.timeoutMs = timeoutMs
        options.authorities = tlsCa
        options.keepsBodies = keepsBodies
        options.threads = threads
        return options
    }
}
