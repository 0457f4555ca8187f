import Foundation
import SlipwayCore
import SlipwayOnline
import SlipwayProtocol
import SlipwayScheduling

/// Runs a model before it answers: with requests that were recorded, else with rows of empty lists and zeros.
struct WarmUp {
    /// Where live requests are recorded for the next start.
    static let recordedName = "recorded.pblog"

    struct Summary {
        var replayed = 0
        var failed = 0
        var times: [UInt64] = []
        var firstError: String?
        /// Whether the requests were recorded ones.
        var isRecorded = false

        func quantileMs(_ share: Double) -> Double {
            guard !times.isEmpty else { return 0 }
            let sorted = times.sorted()
            return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1e6
        }
    }

    let settings: ServingSettings

    /// Replays on fresh sessions, which the model then keeps.
    func run(_ model: ServedModel, workers: Int) -> Summary {
        let sessions = (0..<max(workers, 1)).map { _ in ScoringSession(model.scoring) }
        var summary = Summary()
        let requests = recorded()
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

    /// Every request of the warm-up folder's `.pb` and `.pblog` files; files that cannot be read are left out.
    private func recorded() -> [[UInt8]] {
        guard settings.warmupCountPerFile > 0, let folder = settings.warmupPath,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        return names.sorted().filter { $0.hasSuffix(".pb") || $0.hasSuffix(".pblog") }.flatMap { name -> [[UInt8]] in
            guard let file = try? MappedFile.contents(of: "\(folder)/\(name)"),
                let places = try? file.withUnsafeBytes({ try LogRecord.places(in: $0) })
            else { return [] }
            return places.prefix(1000).map { Array(file[$0.request]) }
        }
    }
}
