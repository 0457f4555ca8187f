public import SlipwayCore

/// A layer's weight [N, K] in fewer bits than float32.
public struct ReducedWeight: Sendable, Equatable {
    /// How a weight's numbers are held.
    public enum Codes: Sendable, Equatable {
        /// The upper half of each float32, rounded to nearest even.
        case bf16([UInt16])
        /// code · scale of its output.
        case int8([Int8], scales: [Float])
    }

    /// How a layer with int8 weights takes its inputs: code = input / scale + zero, 0 to 255.
    public struct InputRange: Sendable, Equatable {
        public let scale: Float
        public let zero: Int32

        /// The codes that cover `low` to `high` and 0. A range of nothing becomes one of 1.
        public init(covering low: Float, _ high: Float) {
            let low = min(low, 0), high = max(high, 0)
            let span = high - low
            scale = span > 0 && span.isFinite ? max(span / 255, .leastNormalMagnitude) : 1 / 255
            zero = Int32(min(255, max(0, (-low / scale).rounded(.toNearestOrEven))))
        }

        /// As stored. Throws `corrupt` for numbers that are no range.
        public init(scale: Float, zero: Float) throws {
            guard scale > 0, scale.isFinite, zero >= 0, zero <= 255, zero == zero.rounded() else {
                throw SlipwayError(.corrupt, "an input range of scale \(scale) and zero \(zero) is none")
            }
            self.scale = scale
            self.zero = Int32(zero)
        }
    }

    /// [N, K].
    public let shape: [Int]
    public let codes: Codes
    /// For int8.
    public let input: InputRange?

    public init(shape: [Int], codes: Codes, input: InputRange? = nil) {
        self.shape = shape
        self.codes = codes
        self.input = input
    }

    /// `weight` [N, K] rounded to bf16.
    public static func bf16(_ weight: Tensor) -> ReducedWeight {
        ReducedWeight(
            shape: weight.shape,
            codes: .bf16(
                weight.floats.map { value in
                    let bits = value.bitPattern
                    guard !value.isNaN else { return UInt16(bits >> 16) | 0x40 }
                    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
                }))
    }

    /// `weight` [N, K] as int8, the largest of each output at ±127.
    public static func int8(_ weight: Tensor, input: InputRange) -> ReducedWeight {
        let width = weight.shape.last ?? 0, values = weight.floats
        var codes: [Int8] = [], scales: [Float] = []
        codes.reserveCapacity(values.count)
        for row in 0..<(weight.shape.first ?? 0) {
            let own = values[row * width..<(row + 1) * width]
            let largest = own.reduce(Float(0)) { max($0, abs($1)) }
            let scale = largest > 0 && largest.isFinite ? max(largest / 127, .leastNormalMagnitude) : 1
            scales.append(scale)
            codes += own.map { Int8(max(-127, min(127, ($0 / scale).rounded(.toNearestOrEven)))) }
        }
        return ReducedWeight(shape: weight.shape, codes: .int8(codes, scales: scales), input: input)
    }

    /// The numbers that the codes stand for.
    public var floats: [Float] {
        switch codes {
        case .bf16(let bits): return bits.map { Float(bitPattern: UInt32($0) << 16) }
        case .int8(let codes, let scales):
            let width = max(shape.last ?? 1, 1)
            return codes.enumerated().map { Float($1) * scales[$0 / width] }
        }
    }

    public var tensor: Tensor { Tensor(shape: shape, floats: floats) }

    /// Another weight in the same form.
    public func like(_ weight: Tensor) -> ReducedWeight {
        if let input { return .int8(weight, input: input) }
        return .bf16(weight)
    }

    /// Names beside a weight's own in the file of dense weights.
    package static func scalesName(_ name: String) -> String { "\(name)#int8_scales" }
    package static func inputName(_ name: String) -> String { "\(name)#int8_input" }
}
