import SlipwayGraph
import SlipwayInspect

/// What scoring a request of one user computes and moves, before and after the passes.
struct WorkFacts: Sendable {
    /// One graph's work. The user's steps run once a request, the others once a candidate.
    struct Stage: Sendable {
        let flopsPerRequest: Double
        let flopsPerCandidate: Double
        /// Bytes of values and of table rows.
        let bytesPerRequest: Double
        let bytesPerCandidate: Double
        /// Bytes of dense weights, read once a run whatever the number of candidates.
        let weightBytes: Double
        let steps: Int
        /// By op, most work first.
        let operations: [(name: String, steps: Int, flops: Double, bytes: Double)]

        /// - Parameter candidates: of the request that `cost` is of.
        init(_ cost: GraphCost, candidates: Int) {
            let user = cost.steps.filter { $0.side == .user }, item = cost.steps.filter { $0.side == .item }
            let count = Double(max(candidates, 1))
            flopsPerRequest = user.reduce(0) { $0 + $1.flops }
            flopsPerCandidate = item.reduce(0) { $0 + $1.flops } / count
            bytesPerRequest = user.reduce(0) { $0 + $1.valueBytes + $1.tableBytes }
            bytesPerCandidate = item.reduce(0) { $0 + $1.valueBytes + $1.tableBytes } / count
            weightBytes = cost.steps.reduce(0) { $0 + $1.weightBytes }
            steps = cost.steps.count
            operations = Dictionary(grouping: cost.steps, by: \.operation).map { name, steps in
                (
                    name, steps.count, steps.reduce(0) { $0 + $1.flops },
                    steps.reduce(0) { $0 + $1.valueBytes + $1.tableBytes + $1.weightBytes }
                )
            }.sorted { ($1.2, $1.3, $0.0) < ($0.2, $0.3, $1.0) }
        }

        /// Of a request of `candidates`.
        func flops(candidates: Int) -> Double { flopsPerRequest + flopsPerCandidate * Double(candidates) }

        var facts: Fact {
            .object([
                "flops_per_request": .double(flopsPerRequest), "flops_per_candidate": .double(flopsPerCandidate),
                "bytes_per_request": .double(bytesPerRequest), "bytes_per_candidate": .double(bytesPerCandidate),
                "weight_bytes_per_run": .double(weightBytes), "steps": .int(steps),
                "operations": .array(
                    operations.map {
                        .object([
                            "op": .string($0.name), "steps": .int($0.steps), "flops": .double($0.flops),
                            "bytes": .double($0.bytes),
                        ])
                    }),
            ])
        }
    }

    /// Candidates of the request that was counted.
    let candidates: Int
    /// Whether the model has user inputs of their own.
    let isTiled: Bool
    let before: Stage
    let after: Stage

    var facts: Fact {
        .object([
            "candidates": .int(candidates), "user_inputs_once": .bool(isTiled), "before_passes": before.facts,
            "after_passes": after.facts,
        ])
    }
}
