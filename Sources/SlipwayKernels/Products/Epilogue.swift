internal import CSlipwayKernels

/// What happens to a product before it is stored, in this order: add C, add bias, scale and shift, activate.
///
/// The vectors have one element per output column N and must outlive the call; nil leaves the step out.
public struct Epilogue {
    public var bias: UnsafePointer<Float>?
    /// With `shift`: a folded batch norm, v * scale + shift.
    public var scale: UnsafePointer<Float>?
    public var shift: UnsafePointer<Float>?
    /// Slope per column, for PReLU and Dice.
    public var alpha: UnsafePointer<Float>?
    /// Dice's gate; nil is 1.
    public var gateScale: UnsafePointer<Float>?
    /// Dice's gate; nil is 0.
    public var gateShift: UnsafePointer<Float>?
    public var activation: Activation
    /// Adds the product to what C holds instead of replacing it.
    public var accumulate: Bool

    public init(
        @_nonEphemeral bias: UnsafePointer<Float>? = nil, @_nonEphemeral scale: UnsafePointer<Float>? = nil,
        @_nonEphemeral shift: UnsafePointer<Float>? = nil, @_nonEphemeral alpha: UnsafePointer<Float>? = nil,
        @_nonEphemeral gateScale: UnsafePointer<Float>? = nil, @_nonEphemeral gateShift: UnsafePointer<Float>? = nil,
        activation: Activation = .none, accumulate: Bool = false
    ) {
        self.bias = bias
        self.scale = scale
        self.shift = shift
        self.alpha = alpha
        self.gateScale = gateScale
        self.gateShift = gateShift
        self.activation = activation
        self.accumulate = accumulate
    }

    var lowered: slipway_epilogue {
        slipway_epilogue(
            bias: bias, scale: scale, shift: shift, alpha: alpha, gate_scale: gateScale, gate_shift: gateShift,
            activation: activation.code, accumulate: accumulate ? 1 : 0, slope: activation.slope)
    }
}
