import ArgumentParser
import Foundation
import SlipwayPredict

struct RunFeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run an fg.json on rows written as JSON and print the features, for trying them out.")

    @Option(name: [.customLong("fg_json"), .customLong("fg-json")], help: "The fg.json; its assets lie beside it.")
    var fgJSON: String

    @Option(help: "A JSON list of rows: objects of column and value.")
    var rows: String

    @Flag(help: "Also print what each feature met: missing, defaulted, out of vocabulary, unparsable.")
    var counters = false

    func run() throws {
        let result = try FeatureTrial(
            fgJSONPath: fgJSON, rowsPath: rows, environment: ProcessInfo.processInfo.environment
        ).run()
        for line in result.lines { print(line) }
        guard counters else { return }
        let console = Console()
        for (feature, counts) in result.counters { console.line("\(feature): \(counts)") }
    }
}
