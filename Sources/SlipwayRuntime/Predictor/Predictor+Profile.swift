package import SlipwayCore
package import SlipwayGraph

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
                let time = now() - start
                times.append(("\(type(of: planned.step)) \(planned.label)", time))
                for value in planned.releases { frame.release(value) }
            }
        }
        return times
    }

    /// Whether each step makes more than `values`, in the order that steps run.
    package func stepsBeyond(_ values: Set<ValueID>) -> [Bool] {
        plan.steps.map { step in !step.writes.allSatisfy { values.contains(ValueID($0)) } }
    }

    /// Scores one batch, whole, and gives the time by the clock `now` of the steps for which `isTimed`.
    package func time(
        _ inputs: InputBatch, scratch: PredictorScratch, into outputs: inout PredictorOutputs, isTimed: [Bool],
        now: () -> Int
    ) throws -> Int {
        var sum = 0
        try withFrame(inputs, scratch: scratch) { frame in
            var start: Int?
            for (planned, counts) in zip(plan.steps, isTimed) {
                // The clock is read where timed steps begin and end, not at each of them.
                if counts, start == nil {
                    start = now()
                } else if !counts, let begun = start {
                    sum += now() - begun
                    start = nil
                }
                try planned.step.run(frame)
                for value in planned.releases { frame.release(value) }
            }
            if let start { sum += now() - start }
            try plan.collect(frame, into: &outputs)
        }
        return sum
    }
}
