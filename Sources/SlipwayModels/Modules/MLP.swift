public import SlipwayConfig
import SlipwayCore
public import SlipwayGraph

extension Network {
    /// Upstream's MLP called `name`: perceptrons of linear layer, batch or layer norm, activation; dropout is absent at
    /// inference.
    ///
    /// Inside a perceptron upstream numbers its parts in order; `over3D` says that upstream runs it on [B, T, D], where batch
    /// norm stands between two transpositions that take a number each.
    ///
    /// - Parameter input: […, K].
    /// - Returns: the output of every layer; the last one is the MLP's, […, hidden_units.last].
    public mutating func mlpLayers(
        _ input: ValueID, _ name: String, _ config: TzrecMLP, over3D: Bool = false
    ) throws -> [ValueID] {
        guard !config.hiddenUnits.isEmpty else {
            throw SlipwayError(.invalidConfig, "\(name): an mlp has no hidden_units", fix: "add hidden_units")
        }
        guard !(config.useBn && config.useLn) else {
            throw SlipwayError(.invalidConfig, "\(name): use_bn and use_ln are both set", fix: "keep one of them")
        }
        let activation = try ActivationSpec.parse(config.activation)
        return try module(name) { network in
            try network.module("mlp") { network in
                var layers: [ValueID] = []
                for (index, units) in config.hiddenUnits.enumerated() {
                    let layer = try network.perceptron(
                        layers.last ?? input, index: index, units: Int(units), config, activation, over3D: over3D)
                    layers.append(layer)
                }
                return layers
            }
        }
    }

    /// The last layer of `mlpLayers`.
    public mutating func mlp(
        _ input: ValueID, _ name: String, _ config: TzrecMLP, over3D: Bool = false
    ) throws -> ValueID {
        let layers = try mlpLayers(input, name, config, over3D: over3D)
        return layers[layers.count - 1]
    }

    private mutating func perceptron(
        _ input: ValueID, index: Int, units: Int, _ config: TzrecMLP, _ activation: ActivationSpec?, over3D: Bool
    ) throws -> ValueID {
        try module(String(index)) { network in
            try network.module("perceptron") { network in
                var position = 0
                var value = try network.linear(input, "0", outputs: units, bias: !config.useBn && config.bias)
                if config.useBn {
                    position += over3D ? 2 : 1
                    value = try network.batchNorm(value, String(position))
                    if over3D { position += 1 }
                }
                if config.useLn {
                    position += 1
                    value = try network.layerNorm(value, String(position))
                }
                if let activation {
                    position += 1
                    value = try network.activation(value, String(position), activation, over3D: over3D)
                }
                return value
            }
        }
    }
}
