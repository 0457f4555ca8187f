import ArgumentParser
import Foundation
import NIOCore
import SlipwayCore
import SlipwayInspect
import SlipwayLoad
import SlipwayOnline

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Put a server under load and measure its latencies.",
        discussion: """
            Requests are sent when they are due, whether or not those before them were answered, and their latency counts from then \
            on. Bodies come from recorded requests, or are made up from a package: users and items by a power law, values as its \
            fg.json describes the features. --find-rate looks for the highest rate that keeps --p99-ms. Ctrl-C ends a run early; what was \
            measured until then is reported.
            """)

    @Argument(help: "The server: http://HOST:PORT/api/predict/SERVICE.")
    var server: String

    @OptionGroup var client: ClientFlags

    @Option(
        help: "Recorded requests: a log, a folder of them, or a PBRequest in a file. Several by repeating the flag.")
    var requests: [String] = []

    @Option(help: "Make requests up for this package.")
    var package: String?

    @Option(help: "Requests a second.")
    var rate: Double?

    @Option(help: "Several rates one after another, separated by commas.")
    var steps: String?

    @Flag(help: "Send the recorded requests when the log says they arrived.")
    var recorded = false

    @Option(help: "With --recorded: so many times as fast.")
    var speed = 1.0

    @Flag(help: "Look for the highest rate that meets --p99-ms.")
    var findRate = false

    @Option(help: "With --find-rate: milliseconds within which 99 % of the requests must be answered.")
    var p99Ms = 50.0

    @Option(help: "With --find-rate: share of the rate within which it is to be known.")
    var tolerance = 0.05

    @Option(help: "With --find-rate: share of the requests that may bring no scores.")
    var maxFailed = 0.001

    @Option(help: "With --find-rate: the highest rate to try.")
    var maxRate = 100_000.0

    @Option(help: "Length of each rate in seconds (30; with --find-rate 10).")
    var seconds: Double?

    @Option(help: "Seconds before that are not measured.")
    var warmUp = 2.0

    @Option(help: "poisson: independent of each other; even: at equal distances.")
    var arrivals: ArrivalSchedule.Arrivals = .poisson

    @Option(help: "Different requests to send in turn.")
    var bodies = 1000

    @Option(help: "Made up: number of users.")
    var users = 1_000_000

    @Option(help: "Made up: number of items.")
    var items = 100_000

    @Option(help: "Made up: candidates of a request.")
    var candidates = 200

    @Option(help: "Made up: rank k comes in proportion to 1 / k^EXPONENT.")
    var exponent = 1.05

    @Option(help: "Made up: steps of a sequence at most.")
    var sequenceSteps = 50

    @Option(help: "Made up: a file of item ids the server has features for, one a line, most popular first.")
    var itemIds: String?

    @Option(help: "Seed of arrivals and made-up requests.")
    var seed: UInt64 = 1

    @Option(help: "Threads of the network.")
    var threads = 1

    @Option(help: "Write the report as a page into this new file.")
    var report: String?

    @Option(help: "Write the report as JSON into this new file.")
    var json: String?

    func run() throws {
        try checkNumbers()
        try ReportOutput.check([report, json])
        let isPlain = (try? ServerAddress(server)) == nil
        let address = try ServerAddress(server, service: isPlain ? client.service : nil)
        let options = try client.options(keepsBodies: false, threads: threads)
        let log = requests.isEmpty ? nil : try RequestLog(requests)
        let made = try bodies(log)
        let started = ISO8601DateFormatter().string(from: Date())
        let connection = try ServerClient(address, options)
        defer { connection.stop() }
        let stop = StopRequest()
        let signals = StopSignals(onStop: { stop.ask() })
        defer { withExtendedLifetime(signals) {} }
        let runner = LoadRunner(connection, bodies: made.bodies, stop: stop)
        var found: LoadSearch.Found?
        let result: LoadResult
        if findRate {
            let search = try find(runner)
            guard let last = search.probes.last else { throw SlipwayError(.internalFault, "the search tried no rate") }
            (found, result) = (search, last.result)
        } else {
            let schedule = try schedule(log)
            let console = Console()
            result = runner.run(schedule) { seconds in
                console.progress(fraction: seconds / max(schedule.seconds, 1e-3), isLast: false) { _ in
                    String(format: "%.0f of %.0f s", seconds, schedule.seconds)
                }
            }
        }
        guard !stop.isAsked || result.measured.sent > 0 else {
            Console().line("stopped before anything was measured")
            throw ExitCode(130)
        }
        let report = LoadReport(
            address: address.description, setup: [("requests", made.description)] + setup(), startedAt: started,
            slipwayVersion: Slipway.version, result: result, search: found)
        if let path = self.report { try ReportOutput.file(report.page(), path: path) }
        if let json { try ReportOutput.file(try report.facts().json() + "\n", path: json) }
        try ReportOutput.line(report.text())
        guard !stop.isAsked else { throw ExitCode(130) }
        // Nothing scored is no measurement, however quick the refusals were.
        guard result.measured.scored > 0, found == nil || found?.rate != nil else { throw ExitCode(1) }
    }

    private func checkNumbers() throws {
        _ = try steps.map { try RateStep.rates($0) }
        func check(_ isRight: Bool, _ what: String, _ fix: String) throws {
            guard isRight else { throw SlipwayError(.invalidArgument, what, fix: fix) }
        }
        let ways = [rate != nil, steps != nil, recorded].count { $0 }
        try check(
            findRate ? steps == nil && !recorded : ways == 1, "the rate is not clear",
            "give one of --rate, --steps and --recorded, or --find-rate (which begins at --rate)")
        try check(
            rate.map { $0 > 0 && $0 <= 1e6 } ?? true, "--rate is \(rate ?? 0)", "give requests a second, above 0")
        try check(seconds.map { $0 >= 0.1 && $0 <= 1e6 } ?? true, "--seconds is \(seconds ?? 0)", "use 0.1 or more")
        try check((0...1e6).contains(warmUp), "--warm-up is \(warmUp)", "use 0 or more seconds")
        try check(speed > 0 && speed.isFinite, "--speed is \(speed)", "use a number above 0")
        try check(p99Ms > 0 && p99Ms.isFinite, "--p99-ms is \(p99Ms)", "use a number above 0")
        try check((0.005...0.5).contains(tolerance), "--tolerance is \(tolerance)", "use 0.005 to 0.5")
        try check((0...1).contains(maxFailed), "--max-failed is \(maxFailed)", "use 0 to 1")
        try check(maxRate > 0 && maxRate <= 1e6, "--max-rate is \(maxRate)", "use requests a second, at most 1000000")
        try check((1...64).contains(threads), "--threads is \(threads)", "use 1 to 64")
        try check(
            bodies > 0 && users > 0 && items > 0 && (1...1_000_000).contains(candidates)
                && (1...100_000).contains(sequenceSteps) && (0...10).contains(exponent),
            "a number of the made-up requests is out of range",
            "use positive numbers, at most 1000000 candidates and 100000 steps, and an exponent from 0 to 10")
    }

    private func bodies(_ log: RequestLog?) throws -> (bodies: [ByteBuffer], description: String) {
        switch (log, package) {
        case (let log?, nil):
            // Recorded times belong to their requests.
            let count = recorded ? log.count : min(bodies, log.count)
            return (
                try LoadBodies.make(count: count) { log.request($0) },
                "\(count) recorded ones of \(requests.joined(separator: ", "))"
            )
        case (nil, let package?):
            var options = SyntheticOptions()
            options.users = users
            options.items = items
            options.candidates = candidates
            options.exponent = exponent
            options.sequenceSteps = sequenceSteps
            options.seed = seed
            options.itemIDs = try itemIds.map(Self.lines)
            var scoring = ScoringOptions()
            scoring.maxCandidates = max(scoring.maxCandidates, candidates)
            let synthetic = try SyntheticRequests(
                ScoringModel(name: "load", path: package, options: scoring), options)
            let known = options.itemIDs.map { ", \($0.count) known items" } ?? ", \(items) items"
            let asked = synthetic.recalls ? ", recall" : "\(known), \(candidates) candidates"
            return (
                try LoadBodies.make(count: bodies) { synthetic.request($0) },
                "made up for \(package): \(users) users\(asked), exponent \(exponent), seed \(seed)"
            )
        default:
            throw SlipwayError(
                .invalidArgument, "what to send is not clear",
                fix: "give --requests with recorded requests, or --package to make some up")
        }
    }

    private static func lines(_ path: String) throws -> [String] {
        let text = String(decoding: try MappedFile.contents(of: path), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty else {
            throw SlipwayError(.invalidArgument, "\(path) holds no item id", fix: "write one in each line")
        }
        return lines
    }

    private func schedule(_ log: RequestLog?) throws -> ArrivalSchedule {
        if recorded {
            guard let log else {
                throw SlipwayError(
                    .invalidArgument, "--recorded needs a log", fix: "give one with --requests")
            }
            return ArrivalSchedule(times: try log.times(), speed: speed)
        }
        let rates = try steps.map { try RateStep.rates($0) } ?? [rate ?? 1]
        var all = rates.map { RateStep(rate: $0, seconds: seconds ?? 30) }
        if warmUp > 0 { all.insert(RateStep(rate: rates[0], seconds: warmUp, isWarmUp: true), at: 0) }
        return ArrivalSchedule(steps: all, arrivals: arrivals, seed: seed)
    }

    private func find(_ runner: LoadRunner) throws -> LoadSearch.Found {
        var target = LoadSearch.Target(limitMs: p99Ms)
        target.failedShare = maxFailed
        let search = LoadSearch(
            runner, target: target, arrivals: arrivals, probeSeconds: seconds ?? 10, warmUpSeconds: warmUp, seed: seed)
        let console = Console()
        return try search.run(
            RateSearch(start: rate ?? 10, most: maxRate, tolerance: tolerance), most: maxRate
        ) { console.line(LoadReport.line($0)) }
    }

    private func setup() -> [(name: String, value: String)] {
        let sent =
            recorded
            ? "at the times of the log, \(speed) times as fast"
            : "\(arrivals.rawValue) arrivals, \(warmUp) s of warm-up before each run"
        return [
            ("arrivals", sent), ("connections", "\(client.connections) at most"),
            ("time for a request", "\(client.timeoutMs) ms"),
        ]
    }
}

extension ArrivalSchedule.Arrivals: ExpressibleByArgument {}
