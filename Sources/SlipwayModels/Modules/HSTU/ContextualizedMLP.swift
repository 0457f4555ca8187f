import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// Steps times the sigmoid of their layer norm called `name`.
    mutating func swishLayerNorm(_ input: ValueID, _ name: String) throws -> ValueID {
        try multiply(input, try unary(.sigmoid, try layerNorm(input, name)))
    }

    /// Upstream's MLP of two layers, `name`.0 to `name`.3: linear, swish layer norm, linear and, but for weights, layer norm.
    mutating func swishMLP(
        _ input: ValueID, _ name: String, hidden: Int, outputs: Int, endsInNorm: Bool = true
    ) throws -> ValueID {
        try module(name) { network in
            let inner = try network.swishLayerNorm(try network.linear(input, "0", outputs: hidden), "1")
            let value = try network.linear(inner, "2", outputs: outputs)
            return endsInNorm ? try network.layerNorm(value, "3") : value
        }
    }

    /// The contextualised MLP called `name`: steps [n, K] → [n, outputs], perhaps by weights that the context decides.
    mutating func contextualizedMLP(
        _ values: ValueID, _ lengths: ValueID, _ name: String, _ config: TzrecGRContextualizedMLP, outputs: Int,
        _ context: HSTUContext?
    ) throws -> ValueID {
        try module(name) { network in
            switch config.contextualizedMlp {
            case .simpleMlp(let mlp):
                return try network.swishMLP(values, "_mlp", hidden: Int(mlp.hiddenDim), outputs: outputs)
            case .parameterizedMlp(let mlp):
                guard let context else {
                    throw SlipwayError(
                        .invalidConfig, "a parameterized_mlp needs the feature group contextual",
                        fix: "add the group, or use simple_mlp")
                }
                return try network.parameterized(
                    values, lengths, hidden: Int(mlp.hiddenDim), outputs: outputs, context)
            case nil:
                throw SlipwayError(.invalidConfig, "no mlp is set", fix: "set simple_mlp or parameterized_mlp")
            }
        }
    }

    private mutating func parameterized(
        _ values: ValueID, _ lengths: ValueID, hidden: Int, outputs: Int, _ context: HSTUContext
    ) throws -> ValueID {
        let inputs = try width(values)
        let shared = try linear(context.value, "_dense_features_compress", outputs: hidden)
        let raw = try module("_attn_raw_weights") { try $0.linear(shared, "0", outputs: inputs * outputs) }
        let normal = try reshape(
            try builder.add(LayerNorm(), [Operand("input", raw)]), tail: [inputs, outputs])
        let weights = try module("_attn_weights_norm") { network in
            let gamma = try network.weight("weight", [inputs, outputs])
            let beta = try network.weight("bias", [inputs, outputs])
            return try network.add(try network.multiply(normal, gamma), beta)
        }
        let rest = try swishMLP(shared, "_res_weights", hidden: hidden, outputs: outputs, endsInNorm: false)
        let product = try builder.add(
            JaggedMatmul(), [Operand("values", values), Operand("lengths", lengths), Operand("weights", weights)])
        guard case .symbol(let symbol) = type(values).dimensions[0] else {
            throw SlipwayError(.internalFault, "steps without a symbol")
        }
        let spread = try builder.add(
            JaggedExpand(symbol: symbol), [Operand("rows", rest), Operand("lengths", lengths)])
        return try add(product, spread)
    }
}
