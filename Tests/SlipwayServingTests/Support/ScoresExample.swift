import SlipwayOnline
import Testing

/// Tests that score requests of the bundled example without a server.
protocol ScoresExample {}

extension ScoresExample {
    func model(_ path: (ExamplePackage) -> String, _ change: (inout ScoringOptions) -> Void = { _ in }) throws
        -> ScoringModel
    {
        var options = ScoringOptions()
        change(&options)
        return try ScoringModel(name: "m", path: path(ExamplePackage.shared.get()), options: options)
    }

    func prepare(
        _ session: ScoringSession, _ body: [UInt8], items: ItemTable? = nil, at index: Int = 0
    ) throws -> ScoredRequest {
        let request = session.request(index)
        try body.withUnsafeBytes { try session.prepare($0, items: items, into: request) }
        return request
    }

    func probs(_ session: ScoringSession, _ body: [UInt8], items: ItemTable? = nil) throws -> [Float] {
        let request = try prepare(session, body, items: items)
        try session.run(1)
        return try probs(request)
    }

    func probs(_ request: ScoredRequest) throws -> [Float] {
        try #require(request.floats("probs"))
    }
}
