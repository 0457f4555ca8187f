package import SlipwayCore
import SlipwayGraph

extension Predictor {
    /// Multiplications, each with its addition, of the products of one batch. Steps that only move or map values do not count.
    package func multiplyAdds(of inputs: InputBatch) throws -> Int {
        let scratch = PredictorScratch(for: self)
        _ = try profile(inputs, scratch: scratch) { 0 }
        var sizes: [String: Int] = [:]
        for (index, name) in plan.layout.symbols.enumerated() { sizes[name] = max(scratch.frame.symbolSizes[index], 0) }
        return graph.nodes.reduce(0) { sum, node in
            let types = OperandTypes(node.operands.map { ($0.role, graph.type($0.value)) })
            return sum
                + node.operation.multiplyAdds(types, results: node.results.map { graph.type($0) }) { dimension in
                    switch dimension {
                    case .fixed(let size): return size
                    case .symbol(let name): return sizes[name] ?? 0
                    }
                }
        }
    }

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
