import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayInspect
import SlipwayLoad
import SlipwayOnline
import SlipwayRedis

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send logged requests again and compare scores, items and features.",
        discussion: """
            Reads the PBLogData files that slipway serve --request-log-path writes, or single PBLogData and PBRequest files, and \
            sends their requests to --server or scores them with --package in this process. With --against, each request goes to \
            both sides, and the first feature, item or score that differs is told. Exits with 0 when every request was answered and \
            nothing differs, with 1 when not.
            """)

    @Argument(help: "Log files, or folders of .pblog and .pb files.")
    var logs: [String]

    @Option(help: "A server: http://HOST:PORT/api/predict/SERVICE.")
    var server: String?

    @Option(help: "A package to score with.")
    var package: String?

    @Option(help: "What to compare with: another server, a package, or recorded: the features in the log.")
    var against: String?

    @OptionGroup var client: ClientFlags

    @Option(help: "Item features that packages know, as slipway serve --items.")
    var items: String?

    @Option(help: "The column with their ids.")
    var itemKey = "item_id"

    @Option(help: "The table of an SQLite file of item features.")
    var itemTable = "items"

    @OptionGroup var recall: RecallFlags

    @Option(help: "fast: as fast as the sides answer; recorded: when the log says the requests arrived.")
    var timing = "fast"

    @Option(help: "With --timing recorded: so many times as fast.")
    var speed = 1.0

    @Option(help: "Requests at the same time.")
    var threads = 4

    @Option(help: "Requests to send, from the first.")
    var limit: Int?

    @Option(help: "Largest |first - second| / max(1, |first|) of scores that counts as equal.")
    var atol = 1e-5

    @Option(help: "The same for features that are no whole numbers.")
    var featureAtol = 1e-6

    @Option(help: "The debug_level that asks servers for features and scores.")
    var debugLevel = 1

    @Option(help: "Differing requests to print.")
    var show = 20

    @Option(help: "Write the result as JSON into this new file.")
    var json: String?

    func run() throws {
        var options = ReplayOptions()
        switch timing {
        case "fast": options.timing = .fast
        case "recorded" where speed > 0 && speed.isFinite: options.timing = .recorded(speed: speed)
        default:
            throw SlipwayError(
                .invalidArgument, "--timing is \(timing), --speed \(speed)",
                fix: "use fast, or recorded and a speed above 0")
        }
        guard threads > 0, threads <= 1024, atol >= 0, featureAtol >= 0 else {
            throw SlipwayError(
                .invalidArgument, "--threads is \(threads), --atol \(atol), --feature-atol \(featureAtol)",
                fix: "use 1 to 1024 threads and tolerances from 0")
        }
        options.threads = threads
        options.tolerance = atol
        options.featureTolerance = featureAtol
        options.shownRequests = max(show, 0)
        try ReportOutput.check([json])
        let log = try RequestLog(logs, limit: limit)
        let first: any ReplaySide
        switch (server, package) {
        case (let server?, nil): first = try serverSide(server)
        case (nil, let package?): first = try packageSide(package)
        default:
            throw SlipwayError(
                .invalidArgument, "give --server or --package",
                fix: "name what answers the requests; --against a second one")
        }
        let second = try against.map { text -> any ReplaySide in
            if text == "recorded" { return RecordedSide() }
            return try ServerAddress.isAddress(text) ? serverSide(text) : packageSide(text)
        }
        let console = ProgressLine(total: log.count)
        let result = try Replayer(log, first, against: second, options).run { console.show($0) }
        if let json { try ReportOutput.file(try result.facts().json() + "\n", path: json) }
        try ReportOutput.line(result.text())
        guard result.isClean else { throw ExitCode(1) }
    }

    private func serverSide(_ text: String) throws -> ServerSide {
        let isPlain = (try? ServerAddress(text)) == nil
        return try ServerSide(
            ServerAddress(text, service: isPlain ? client.service : nil), client.options(keepsBodies: true),
            debugLevel: debugLevel)
    }

    private func packageSide(_ path: String) throws -> PackageSide {
        guard items.map(RedisAddress.isAddress) != true else {
            throw SlipwayError(
                .unsupported, "a replay does not ask Redis for item features",
                fix: "give --items the file that Redis was loaded with")
        }
        let source = items.map { path -> any ItemSource in
            SQLiteItemSource.isDatabase(path)
                ? SQLiteItemSource(path: path, table: itemTable) : FileItemSource(path: path)
        }
        var options = ScoringOptions()
        try recall.set(&options)
        return try PackageSide(path: path, items: source.map { ($0, itemKey) }, options: options)
    }
}

/// Requests done, as a line on standard error.
private final class ProgressLine: @unchecked Sendable {
    private let lock = NSLock()
    private let console = Console()
    private let total: Int

    init(total: Int) { self.total = total }

    func show(_ done: Int) {
        lock.withLock {
            console.progress(fraction: Double(done) / Double(max(total, 1)), isLast: done == total) { seconds in
                String(format: "%d requests, %.0f/s", done, Double(done) / seconds)
            }
        }
    }
}
