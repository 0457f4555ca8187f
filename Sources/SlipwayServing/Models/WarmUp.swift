import Foundation
import SlipwayCore
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling

/// Runs a model before it answers: with requests that were recorded, else with rows of empty lists and zeros.
struct WarmUp {
    struct Summary {
        var replayed = 0
        var failed = 0
        var times: [UInt64] = []
        var firstError: String?
        /// Whether the requests were recorded ones.
        var isRecorded = false
        /// What recorded files could not be read, and why.
        var unread: [String] = []
        /// Against the generation that is replaced, where there is one.
        var scoreChange: ScoreChange?

        func quantileMs(_ share: Double) -> Double {
            guard !times.isEmpty else { return 0 }
            let sorted = times.sorted()
            return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1e6
        }
    }

    let settings: ServingSettings

    /// Replays on fresh sessions, which the model then keeps, and compares with the generation that is replaced.
    func run(_ model: ServedModel, replacing old: ServedModel?, workers: Int) -> Summary {
        let sessions = (0..<max(workers, 1)).map { _ in ScoringSession(model.scoring) }
        var summary = Summary()
        let requests = recorded(&summary)
        for (index, session) in sessions.enumerated() {
            if requests.isEmpty {
                measure(&summary) {
                    session.prepareEmpty(rows: 64, into: session.request(0))
                    try session.run(1)
                }
            } else {
                summary.isRecorded = true
                for request in requests {
                    for _ in 0..<(index == 0 ? max(settings.warmupCountPerFile, 1) : 1) {
                        replay(request, session, model, &summary)
                    }
                }
            }
        }
        model.keep(sessions)
        if let old, !requests.isEmpty { summary.scoreChange = ScoreChange(requests, from: old, to: model) }
        return summary
    }

    private func replay(_ body: [UInt8], _ session: ScoringSession, _ model: ServedModel, _ summary: inout Summary) {
        measure(&summary) {
            try body.withUnsafeBytes { try session.prepare($0, items: model.items, into: session.request(0)) }
            try session.run(1)
        }
    }

    private func measure(_ summary: inout Summary, _ body: () throws -> Void) {
        let start = SteadyClock.now()
        do {
            try body()
            summary.replayed += 1
            summary.times.append(SteadyClock.now() - start)
        } catch {
            summary.failed += 1
            if summary.firstError == nil { summary.firstError = "\(error)" }
        }
    }

    /// Every request of the warm-up folder's `.pb` and `.pblog` files, or of the file that stands in its place.
    private func recorded(_ summary: inout Summary) -> [[UInt8]] {
        guard settings.warmupCountPerFile > 0, let path = settings.warmupPath else { return [] }
        var status = stat()
        guard stat(path, &status) == 0 else {
            // The folder is made when the first requests are recorded.
            if settings.warmupRecordCount == 0 { summary.unread.append("\(path) does not exist") }
            return []
        }
        var files = [path]
        if status.st_mode & S_IFMT == S_IFDIR {
            do {
                files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                    .filter { $0.hasSuffix(".pb") || $0.hasSuffix(".pblog") }.map { "\(path)/\($0)" }
            } catch {
                summary.unread.append("\(path): \(error)")
                return []
            }
        }
        var found: [[UInt8]] = []
        for file in files {
            do {
                let bytes = try MappedFile.contents(of: file)
                let places = try bytes.withUnsafeBytes { try LogRecord.places(in: $0) }
                found += places.prefix(Self.requestsPerFile).map { Array(bytes[$0.request]) }
            } catch { summary.unread.append("\(file): \(error)") }
        }
        return found
    }

    private static let requestsPerFile = 1000
}
