import ArgumentParser
import Foundation
import SlipwayCore

@main
struct SlipwayBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipway-bench", abstract: "Time Slipway's predictor.",
        subcommands: [LatencyCommand.self, ServePairsCommand.self, FeaturesCommand.self])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as SlipwayError {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            Foundation.exit(error.code.exitCode)
        } catch {
            exit(withError: error)
        }
    }
}
