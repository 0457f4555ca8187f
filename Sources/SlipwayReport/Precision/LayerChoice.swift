import SlipwayArtifact

/// Which layers are int8 and which bf16, so that scores stay near float32: those whose rounding costs scores most for the
/// multiply-adds they save go back to bf16, as few as will do.
struct LayerChoice {
    /// A layer in either form.
    struct Layer {
        let name: String
        let int8: ReducedWeight
        let bf16: ReducedWeight
        /// Multiply-adds of its product on the sample.
        let work: Double
    }

    /// How far scores lie from float32.
    struct Drift {
        /// The largest difference, as the export judges it.
        let largest: Double
        let meanSquare: Double
    }

    struct Chosen {
        let weights: [String: ReducedWeight]
        /// Layers that stay bf16.
        let kept: [String]
    }

    let layers: [Layer]
    /// Scores the sample with some layers in fewer bits and all others in float32.
    let drift: ([String: ReducedWeight]) throws -> Drift

    /// Throws what `drift` throws.
    ///
    /// - Returns: nil where no choice keeps scores within `limit`.
    func within(_ limit: Double) throws -> Chosen? {
        guard try !(drift(weights(bf16: [])).largest <= limit) else { return chosen([]) }
        guard try drift(weights(bf16: Set(layers.map(\.name)))).largest <= limit else { return nil }
        let alone = try layers.map { (layer: $0, drift: try drift([$0.name: $0.int8])) }
        // A layer that is too far off by itself goes first. Then either what costs most for the work it saves, or what costs most:
        // the first is better where errors are many and small, the second where one is most of them.
        let orders: [(LayerChoice.Layer, Drift) -> Double] = [{ $1.meanSquare / max($0.work, 1) }, { $1.meanSquare }]
        let found = try orders.map { cost in
            let order = alone.sorted { a, b in
                let (x, y) = (a.drift.largest > limit, b.drift.largest > limit)
                if x != y { return x }
                return (cost(a.layer, a.drift), a.layer.name) > (cost(b.layer, b.drift), b.layer.name)
            }
            return try fewest(of: order.map(\.layer.name), limit)
        }
        return found.map(chosen).max { saved($0) < saved($1) }
    }

    /// The smallest part of the beginning of `order` whose layers in bf16 keep scores within `limit`; all of them do. More of
    /// them drift less, near enough for a search by halves.
    private func fewest(of order: [String], _ limit: Double) throws -> [String] {
        var tooFew = 0, enough = order.count
        while tooFew + 1 < enough {
            let count = (tooFew + enough) / 2
            if try drift(weights(bf16: Set(order.prefix(count)))).largest <= limit {
                enough = count
            } else {
                tooFew = count
            }
        }
        return Array(order.prefix(enough))
    }

    private func chosen(_ kept: [String]) -> Chosen { Chosen(weights: weights(bf16: Set(kept)), kept: kept.sorted()) }

    /// Multiply-adds in int8.
    private func saved(_ chosen: Chosen) -> Double {
        layers.filter { !chosen.kept.contains($0.name) }.reduce(0) { $0 + $1.work }
    }

    private func weights(bf16 kept: Set<String>) -> [String: ReducedWeight] {
        Dictionary(
            layers.map { ($0.name, kept.contains($0.name) ? $0.bf16 : $0.int8) },
            uniquingKeysWith: { first, _ in first })
    }
}
