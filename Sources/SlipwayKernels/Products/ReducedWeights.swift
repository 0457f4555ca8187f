internal import CSlipwayKernels
internal import SlipwayCore

/// A linear layer's weight [N, K] in bf16 or int8, packed for products with inputs rounded alike. Immutable after `init`.
public final class ReducedWeights: @unchecked Sendable {
    /// The instructions a product is made with.
    public enum Variant: Int32, Sendable, CaseIterable {
        /// The definition: runs everywhere, slowly.
        case scalar = 0
        /// AVX512-BF16 and AVX512-VNNI.
        case avx512 = 1
        /// AVX-VNNI, int8 only.
        case avxVNNI = 2
    }

    public enum Form: Int32, Sendable { case bf16 = 0, int8 = 1 }

    public let outputs: Int
    public let inputs: Int
    public let form: Form
    public let variant: Variant
    private let packed: UnsafeMutableRawBufferPointer
    private let scales: [Float]
    private let sums: [Int32]
    private let inputScale: Float
    private let inputZero: Int32

    /// The fastest variant of this machine other than the definition; nil where it has none.
    public static func native(_ form: Form) -> Variant? {
        [Variant.avx512, .avxVNNI].first { slipway_reduced_runs($0.rawValue, form.rawValue) != 0 }
    }

    /// Whether this machine runs a variant.
    public static func runs(_ variant: Variant, _ form: Form) -> Bool {
        slipway_reduced_runs(variant.rawValue, form.rawValue) != 0
    }

    /// - Parameter bits: bf16 numbers [N, K], row-major.
    public convenience init(bf16 bits: [UInt16], outputs: Int, inputs: Int, variant: Variant) throws {
        try self.init(.bf16, bits, [], outputs, inputs, 1, 0, variant)
    }

    /// - Parameters:
    ///   - codes: int8 numbers [N, K], row-major.
    ///   - scales: one an output.
    ///   - inputScale: and `inputZero`: an input's code is input / scale + zero, within 0 and 255.
    public convenience init(
        int8 codes: [Int8], scales: [Float], inputScale: Float, inputZero: Int32, outputs: Int, inputs: Int,
        variant: Variant
    ) throws {
        guard scales.count == outputs else {
            throw SlipwayError(.internalFault, "\(scales.count) scales for \(outputs) outputs")
        }
        try self.init(.int8, codes, scales, outputs, inputs, inputScale, inputZero, variant)
    }

    private init<Code: BitwiseCopyable>(
        _ form: Form, _ codes: [Code], _ scales: [Float], _ outputs: Int, _ inputs: Int, _ inputScale: Float,
        _ inputZero: Int32, _ variant: Variant
    ) throws {
        let bytes = slipway_reduced_packed_bytes(form.rawValue, Int64(outputs), Int64(inputs))
        guard bytes >= 0, codes.count == outputs * inputs, form == .bf16 || inputs <= 1 << 16 else {
            throw SlipwayError(.outOfRange, "a weight of [\(outputs), \(inputs)] cannot be packed")
        }
        self.form = form
        self.outputs = outputs
        self.inputs = inputs
        self.variant = variant
        self.scales = scales
        self.inputScale = inputScale
        self.inputZero = inputZero
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(Int(bytes), 64), alignment: 64)
        packed = memory
        var sums = [Int32](repeating: 0, count: outputs)
        let status = codes.withUnsafeBytes { codes in
            slipway_reduced_pack(
                form.rawValue, Int64(outputs), Int64(inputs), codes.baseAddress, memory.baseAddress, &sums)
        }
        self.sums = sums
        try check(status, "reduced_pack")
    }

    deinit { packed.deallocate() }

    /// Bytes that `multiply` works in for so many rows.
    public func scratchBytes(rows: Int) -> Int {
        max(0, Int(slipway_reduced_scratch_bytes(form.rawValue, Int64(rows), Int64(inputs))))
    }

    /// c = epilogue(a · weightᵀ), inputs rounded. A row's result does not depend on how many other rows `a` has.
    ///
    /// Shapes: a [M, K], c [M, N]; c must not overlap a. `scratch` has `scratchBytes(rows: M)`.
    public func multiply(
        _ a: MatrixView, into c: MutableMatrixView, _ epilogue: Epilogue, scratch: UnsafeMutableRawPointer
    ) throws {
        guard a.columns == inputs, c.columns == outputs, a.rows == c.rows else {
            throw SlipwayError(
                .internalFault,
                "reduced: [\(a.rows), \(a.columns)] by [\(inputs), \(outputs)] does not give [\(c.rows), \(c.columns)]")
        }
        let status = withUnsafePointer(to: epilogue.lowered) { epilogue in
            scales.withUnsafeBufferPointer { scales in
                sums.withUnsafeBufferPointer { sums in
                    var arguments = slipway_reduced_args(
                        m: Int64(a.rows), n: Int64(outputs), k: Int64(inputs), a: a.base, lda: Int64(a.stride),
                        packed: UnsafeRawPointer(packed.baseAddress), weight_scale: scales.baseAddress,
                        weight_sum: sums.baseAddress, input_scale: inputScale, input_zero: inputZero, scratch: scratch,
                        c: c.base, ldc: Int64(c.stride), epilogue: epilogue)
                    return slipway_reduced_gemm(variant.rawValue, form.rawValue, &arguments)
                }
            }
        }
        try check(status, "reduced_gemm")
    }
}
