package import SlipwayCore

extension Predictor {
    /// Scores one batch, whole, and gives what each step does and its nanoseconds by the clock `now`.
    package func profile(
        _ inputs: InputBatch, scratch: PredictorScratch, now: () -> Int
    ) throws -> [(label: String, ns: Int)] {
        var times: [(label: String, ns: Int)] = []
        try withFrame(inputs, scratch: scratch) { frame in
            for planned in plan.steps {
                let start = now()
                try planned.step.run(frame)
                times.append(("\(type(of: planned.step)) \(planned.label)", now() - start))
                for value in planned.releases { frame.release(value) }
            }
        }
        return times
    }
}
