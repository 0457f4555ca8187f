import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Parts of PEPNet. Source: arXiv:2302.01115.
extension Network {
    /// Gate unit called `name`: gamma times a sigmoid of a network with one hidden layer, [B, K] → [B, outputs].
    private mutating func gateUnit(
        _ input: ValueID, _ name: String, hidden: Int, outputs: Int, gamma: Float
    ) throws -> ValueID {
        let gate = try module(name) { network in
            try network.module("dense_layers") { network in
                let inner = try network.unary(.relu, try network.linear(input, "0", outputs: hidden))
                return try network.unary(.sigmoid, try network.linear(inner, "2", outputs: outputs))
            }
        }
        return try affine(gate, scale: Double(gamma))
    }

    /// Embeddings [B, K] scaled by what a gate unit makes of the domain's [B, Kd] and them.
    mutating func embeddingPersonalization(
        _ main: ValueID, domain: ValueID, _ name: String, hidden: Int, gamma: Float
    ) throws -> ValueID {
        guard hidden > 0 else { throw SlipwayError(.invalidConfig, "epnet_hidden_unit is 0") }
        return try module(name) { network in
            let joined = try network.concat([domain, main])
            let scale = try network.gateUnit(
                joined, "gate_nu", hidden: hidden, outputs: try network.width(main), gamma: gamma)
            return try network.multiply(scale, main)
        }
    }

    /// A network a task over [B, K] whose layers are scaled by gate units that read [B, Ku] as well.
    ///
    /// - Returns: [B, units.last] for each of `tasks` tasks.
    mutating func parameterPersonalization(
        _ main: ValueID, person: ValueID, _ name: String, tasks: Int, units: [Int], activation: ActivationSpec?,
        gamma: Float
    ) throws -> [ValueID] {
        guard !units.isEmpty, units.allSatisfy({ $0 > 0 }) else {
            throw SlipwayError(
                .invalidConfig, "ppnet_hidden_units is \(units)", fix: "give each layer a positive size")
        }
        return try module(name) { network in
            let joined = try network.concat([person, main])
            return try (0..<tasks).map { task in
                var value = main
                for (layer, width) in units.enumerated() {
                    let place = String(task * units.count + layer)
                    value = try network.module("linears") { try $0.linear(value, place, outputs: width) }
                    if let activation {
                        value = try network.module("activations") { try $0.activation(value, place, activation) }
                    }
                    let scale = try network.module("gate_nus") {
                        try $0.gateUnit(joined, place, hidden: width, outputs: width, gamma: gamma)
                    }
                    value = try network.multiply(value, scale)
                }
                return value
            }
        }
    }
}
