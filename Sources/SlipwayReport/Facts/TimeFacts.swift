import SlipwayInspect

/// How long requests take on the machine of the export, on one thread.
struct TimeFacts: Sendable {
    struct Batch: Sendable {
        let candidates: Int
        let runs: Int
        /// Seconds of one run.
        let median: Double
        let fastest: Double
        /// What 90 % of the runs stay within.
        let ninety: Double
        let flops: Double

        var facts: Fact {
            .object([
                "candidates": .int(candidates), "runs": .int(runs), "median_us": .double(median * 1e6),
                "fastest_us": .double(fastest * 1e6), "p90_us": .double(ninety * 1e6),
                "us_per_candidate": .double(median * 1e6 / Double(candidates)),
                "gflops": .double(flops / median / 1e9),
            ])
        }
    }

    /// The processor, its cores, and the instructions in use.
    let machine: String
    let backend: String
    let batches: [Batch]

    var facts: Fact {
        .object([
            "machine": .string(machine), "backend": .string(backend), "threads": .int(1),
            "batches": .array(batches.map(\.facts)),
        ])
    }
}
