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
            ExportCommand.self, PredictCommand.self, ServeCommand.self, FeatureCommand.self, InspectCommand.self,
            CompareCommand.self, VerifyCommand.self, BenchCommand.self, IndexCommand.self, HitRateCommand.self,
            TreeCommand.self, ReplayCommand.self, LoadCommand.self, ItemsCommand.self, EASConfigCommand.self,
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
            leave(error.code.exitCode)
        } catch {
            let status = exitCode(for: error).rawValue
            let text = fullMessage(for: error)
            if !text.isEmpty { status == 0 ? print(text) : Console.error(text) }
            leave(status)
        }
        leave(0)
    }

    /// Ends the process without running destructors of libraries, whose threads may still be at work.
    private static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }
}
