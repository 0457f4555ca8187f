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
        case "nn.GELU" where spec.arguments["approximate"] == .text("tanh"):
            return try builder.add(Unary(.geluTanh), [operand])
        case "nn.Identity":
            return input
        default:
            guard let function = Self.functions[spec.name] else {
                throw SlipwayError(
                    .unsupported, "activation \(spec.name) is not supported",
                    fix: "known are Dice, nn.PReLU, nn.LeakyReLU, nn.ELU, nn.Identity, "
                        + Self.functions.keys.sorted().joined(separator: ", "))
            }
            return try builder.add(Unary(function), [operand])
        }
    }

    private static let functions: [String: Unary.Function] = [
        "nn.ReLU": .relu, "nn.Sigmoid": .sigmoid, "nn.Tanh": .tanh, "nn.SiLU": .silu, "nn.GELU": .gelu,
        "nn.Softplus": .softplus, "nn.Softsign": .softsign, "nn.SELU": .selu, "nn.Mish": .mish, "nn.ReLU6": .relu6,
        "nn.Hardswish": .hardswish, "nn.Hardsigmoid": .hardsigmoid, "nn.Hardtanh": .hardtanh,
        "nn.LogSigmoid": .logsigmoid, "nn.Tanhshrink": .tanhshrink,
    ]
}
