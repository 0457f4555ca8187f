public import SlipwayConfig
import SlipwayCore
public import SlipwayGraph

extension Network {
    /// Upstream's activation called `name`; its trained parts, if any, lie under that name.
    public mutating func activation(
        _ input: ValueID, _ name: String, _ spec: ActivationSpec, over3D: Bool = false
    ) throws -> ValueID {
        let operand = Operand("input", input)
        switch spec.name {
        case "Dice":
            return try module(name) { network in
                let width = try network.width(input)
                let alpha = try network.weight("alpha", [width])
                return try network.module("bn") { network in
                    try network.builder.add(
                        Dice(),
                        [
                            operand, Operand("mean", try network.weight("running_mean", [width])),
                            Operand("variance", try network.weight("running_var", [width])), Operand("alpha", alpha),
                        ])
                }
            }
        case "nn.PReLU":
            let slopes = Int(spec.number("num_parameters", or: 1))
            guard slopes == 1 || !over3D else {
                throw SlipwayError(
                    .unsupported,
                    "nn.PReLU(num_parameters=\(slopes)) inside target attention acts on the sequence axis",
                    fix: "use nn.PReLU with one parameter there")
            }
            return try module(name) { network in
                try network.builder.add(Prelu(), [operand, Operand("slope", try network.weight("weight", [slopes]))])
            }
        case "nn.LeakyReLU":
            return try builder.add(LeakyRelu(slope: spec.number("negative_slope", or: 0.01)), [operand])
        case "nn.ELU":
            return try builder.add(Elu(alpha: spec.number("alpha", or: 1)), [operand])
        case "nn.CELU":
            // α · ELU(x / α).
            let alpha = try positive("alpha", or: 1, in: spec)
            let inner = try affine(input, scale: 1 / alpha)
            return try affine(try builder.add(Elu(alpha: 1), [Operand("input", inner)]), scale: alpha)
        case "nn.Softplus" where !spec.arguments.isEmpty:
            guard spec.number("threshold", or: 20) == 20 else {
                throw SlipwayError(
                    .unsupported, "nn.Softplus with a threshold other than 20 is not supported", fix: "take it out")
            }
            let beta = try positive("beta", or: 1, in: spec)
            return try affine(try unary(.softplus, try affine(input, scale: beta)), scale: 1 / beta)
        case "nn.Hardtanh" where !spec.arguments.isEmpty:
            let bounds = [spec.number("min_val", or: -1), spec.number("max_val", or: 1)]
            guard bounds[0] < bounds[1] else {
                throw SlipwayError(
                    .invalidConfig, "nn.Hardtanh: min_val \(bounds[0]) is not less than max_val \(bounds[1])",
                    fix: "swap them")
            }
            let raised = try binary(.maximum, input, try constant(bounds[0]))
            return try binary(.minimum, raised, try constant(bounds[1]))
        case "nn.GELU" where spec.arguments["approximate"] == .text("tanh"):
            return try builder.add(Unary(.geluTanh), [operand])
        case "nn.Identity":
            return input
        default:
            guard let function = Self.functions[spec.name] else {
                throw SlipwayError(
                    .unsupported, "activation \(spec.name) is not supported",
                    fix: "known are Dice, nn.PReLU, nn.LeakyReLU, nn.ELU, nn.CELU, nn.Identity, "
                        + Self.functions.keys.sorted().joined(separator: ", "))
            }
            return try builder.add(Unary(function), [operand])
        }
    }

    private func positive(_ key: String, or fallback: Double, in spec: ActivationSpec) throws -> Double {
        let value = spec.number(key, or: fallback)
        guard value > 0 else {
            throw SlipwayError(
                .unsupported, "\(spec.name) with \(key) \(value) is not supported", fix: "use one above 0")
        }
        return value
    }

    /// One number: [1].
    mutating func constant(_ value: Double) throws -> ValueID {
        try builder.parameter("constant.\(Float(value))", shape: [1], source: .constant([Float(value)]))
    }

    private static let functions: [String: Unary.Function] = [
        "nn.ReLU": .relu, "nn.Sigmoid": .sigmoid, "nn.Tanh": .tanh, "nn.SiLU": .silu, "nn.GELU": .gelu,
        "nn.Softplus": .softplus, "nn.Softsign": .softsign, "nn.SELU": .selu, "nn.Mish": .mish, "nn.ReLU6": .relu6,
        "nn.Hardswish": .hardswish, "nn.Hardsigmoid": .hardsigmoid, "nn.Hardtanh": .hardtanh,
        "nn.LogSigmoid": .logsigmoid, "nn.Tanhshrink": .tanhshrink,
    ]
}
