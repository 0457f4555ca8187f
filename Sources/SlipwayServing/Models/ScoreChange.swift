import SlipwayOnline
import SlipwayProtocol

/// How far the scores of a new generation of a model are from the old one's, over requests that both answer.
struct ScoreChange {
    private(set) var requests = 0
    private(set) var largest = 0.0
    private var sum = 0.0
    private var values = 0
    /// Requests that are compared, at most.
    private static let requestsAtMost = 100

    var mean: Double { sum / Double(max(values, 1)) }

    init(_ bodies: [[UInt8]], from old: ServedModel, to new: ServedModel) {
        for body in bodies.prefix(Self.requestsAtMost) {
            guard let before = Self.scores(body, old), let after = Self.scores(body, new) else { continue }
            requests += 1
            for (name, values) in before {
                guard let others = after[name], others.count == values.count else { continue }
                for (first, second) in zip(values, others) {
                    let change = Double(abs(first - second))
                    largest = max(largest, change)
                    sum += change
                }
                self.values += values.count
            }
        }
    }

    /// Numbers of every output; nil for a request that is not answered.
    private static func scores(_ body: [UInt8], _ model: ServedModel) -> [String: [Float]]? {
        try? model.withSession { session in
            let request = session.request(0)
            try body.withUnsafeBytes { try session.prepare($0, items: model.items, into: request) }
            try session.run(1)
            return request.outputs.reduce(into: [String: [Float]]()) { found, output in
                if case .floats(let values) = output.elements { found[output.name] = values }
            }
        }
    }
}
