import ArgumentParser
import Foundation
import SlipwayCore

@main
struct Slipway: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "Export and score TorchEasyRec models without Python.",
        discussion: """
            Flags, environment variables and files are those of TorchEasyRec; flags may be spelled with underscores, as there, \
            or with dashes.
            """,
        version: version,
        subcommands: [
            ExportCommand.self, PredictCommand.self, ServeCommand.self, InspectCommand.self, CompareCommand.self,
            VerifyCommand.self,
        ])

    static func main() async {
        // A write past a file size limit or to a closed pipe is an error to report, not a reason to die.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as SlipwayError {
            Console.error("error: \(error)")
            Foundation.exit(error.code.exitCode)
        } catch {
            exit(withError: error)
        }
    }
}
