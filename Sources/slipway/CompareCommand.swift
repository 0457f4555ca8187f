import ArgumentParser
import SlipwayInspect

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two prediction outputs column by column.",
        discussion: """
            Rows are matched by --key, by row_id where both outputs have it, or else by their order. Exits with 0 when columns \
            and rows are the same and all values agree within the tolerance, with 1 when not.
            """)

    @Argument(help: "The output to hold against: a Parquet or CSV file, a folder of such files, or a glob.")
    var expected: String

    @Argument(help: "The output to judge, in the same or the other format.")
    var actual: String

    @Option(help: "Largest |expected - actual| / max(1, |expected|) that counts as equal.")
    var atol: Double = 1e-5

    @Option(help: "Column that names the rows.")
    var key: String?

    func run() throws {
        let comparison = try PredictionComparison.run(
            expected: expected, actual: actual, options: .init(tolerance: atol, key: key))
        Console.out(comparison.text())
        guard comparison.isWithinTolerance else { throw ExitCode(1) }
    }
}
