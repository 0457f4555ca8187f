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
    private let scales: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Int32>
    private let weight: UnsafeMutablePointer<slipway_reduced_weight>

    /// The weight as compiled code reads it, a `slipway_reduced_weight`; lives as long as this object.
    package var descriptor: UnsafeRawPointer { UnsafeRawPointer(weight) }

    /// The fastest variant of this machine other than the definition; nil where it has none. `SLIPWAY_ISA` counts: nothing is
    /// run past it.
    public static func native(_ form: Form) -> Variant? {
        let allowed: [Variant]
        switch InstructionSet.current.name {
        case "avx512": allowed = [.avx512, .avxVNNI]
        case "avx2": allowed = [.avxVNNI]
        default: allowed = []
        }
        return allowed.first { slipway_reduced_runs($0.rawValue, form.rawValue) != 0 }
    }

    /// `slipway_reduced_gemm`, a C function, for compiled code.
    package static var product: UnsafeRawPointer {
        let function: @convention(c) (Int32, Int32, UnsafePointer<slipway_reduced_args>) -> Int32 = slipway_reduced_gemm
        return unsafeBitCast(function, to: UnsafeRawPointer.self)
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
        self.scales = .allocate(capacity: max(outputs, 1))
        self.scales.initialize(repeating: 1, count: max(outputs, 1))
        for (index, scale) in scales.enumerated() { self.scales[index] = scale }
        sums = .allocate(capacity: max(outputs, 1))
        sums.initialize(repeating: 0, count: max(outputs, 1))
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(Int(bytes), 64), alignment: 64)
        packed = memory
        weight = .allocate(capacity: 1)
        weight.initialize(
            to: slipway_reduced_weight(
                packed: UnsafeRawPointer(memory.baseAddress), scale: UnsafePointer(self.scales),
                sum: UnsafePointer(sums), input_scale: inputScale, input_zero: inputZero))
        let status = codes.withUnsafeBytes { codes in
            slipway_reduced_pack(
                form.rawValue, Int64(outputs), Int64(inputs), codes.baseAddress, memory.baseAddress, sums)
        }
        try check(status, "reduced_pack")
    }

    deinit {
        packed.deallocate()
        scales.deallocate()
        sums.deallocate()
        weight.deallocate()
    }

    /// Bytes that `multiply` works in for so many rows.
    public func scratchBytes(rows: Int) -> Int { Self.scratchBytes(form, rows: rows, inputs: inputs) }

    /// Bytes that a product with a weight of so many inputs works in for so many rows.
    package static func scratchBytes(_ form: Form, rows: Int, inputs: Int) -> Int {
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
            var arguments = slipway_reduced_args(
                m: Int64(a.rows), n: Int64(outputs), k: Int64(inputs), a: a.base, lda: Int64(a.stride), weight: weight,
                scratch: scratch, c: c.base, ldc: Int64(c.stride), epilogue: epilogue)
            return slipway_reduced_gemm(variant.rawValue, form.rawValue, &arguments)
        }
        try check(status, "reduced_gemm")
    }
}
