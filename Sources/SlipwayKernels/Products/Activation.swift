internal import CSlipwayKernels

/// An activation function, as PyTorch defines it.
public enum Activation: Sendable, Hashable {
    case none
    case relu
    case leakyReLU(slope: Float)
    /// One slope for all columns, or `Epilogue.alpha` per column where that is given.
    case prelu(slope: Float)
    case sigmoid
    case tanh
    case silu
    /// With erf, not the tanh approximation.
    case gelu
    case elu(alpha: Float)
    /// p = sigmoid(x * gateScale + gateShift); p * x + (1 - p) * alpha * x, vectors from the `Epilogue`.
    case dice

    /// The kernels' number of it.
    package var code: Int32 {
        switch self {
        case .none: return Int32(SLIPWAY_ACT_NONE.rawValue)
        case .relu: return Int32(SLIPWAY_ACT_RELU.rawValue)
        case .leakyReLU: return Int32(SLIPWAY_ACT_LEAKY_RELU.rawValue)
        case .prelu: return Int32(SLIPWAY_ACT_PRELU.rawValue)
        case .sigmoid: return Int32(SLIPWAY_ACT_SIGMOID.rawValue)
        case .tanh: return Int32(SLIPWAY_ACT_TANH.rawValue)
        case .silu: return Int32(SLIPWAY_ACT_SILU.rawValue)
        case .gelu: return Int32(SLIPWAY_ACT_GELU.rawValue)
        case .elu: return Int32(SLIPWAY_ACT_ELU.rawValue)
        case .dice: return Int32(SLIPWAY_ACT_DICE.rawValue)
        }
    }

    /// The number that goes with it.
    package var slope: Float {
        switch self {
        case .leakyReLU(let slope), .prelu(let slope), .elu(let slope): return slope
        default: return 0
        }
    }
}
