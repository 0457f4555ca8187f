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
        guard try !(drift(weights(bf16: [])).largest <= limit) else { return Chosen(weights: weights(bf16: []), kept: []) }
        let costs = try layers.map { layer in
            (name: layer.name, cost: try drift([layer.name: layer.int8]).meanSquare / max(layer.work, 1))
        }
        let order = costs.sorted { ($0.cost, $0.name) > ($1.cost, $1.name) }.map(\.name)
        // The smallest number of layers that will do: more of them drift less, near enough for a search by halves.
        var tooFew = 0, enough: Int?
        var upper = order.count
        while tooFew + 1 < upper || enough == nil {
            let count = enough == nil ? upper : (tooFew + upper) / 2
            if try drift(weights(bf16: Set(order.prefix(count)))).largest <= limit {
                (enough, upper) = (count, count)
            } else if enough == nil {
                return nil
            } else {
                tooFew = count
            }
        }
        let kept = Array(order.prefix(upper))
        return Chosen(weights: weights(bf16: Set(kept)), kept: kept.sorted())
    }

    private func weights(bf16 kept: Set<String>) -> [String: ReducedWeight] {
        Dictionary(
            layers.map { ($0.name, kept.contains($0.name) ? $0.bf16 : $0.int8) }, uniquingKeysWith: { first, _ in first })
    }
}
