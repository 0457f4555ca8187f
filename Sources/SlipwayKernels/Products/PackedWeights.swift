internal import CSlipwayKernels
internal import SlipwayCore

/// A linear layer's weight [N, K], rearranged for one instruction set's matrix product. Immutable after `init`.
public final class PackedWeights: @unchecked Sendable {
    /// Output columns N.
    public let outputs: Int
    /// Inner size K.
    public let inputs: Int
    public let isa: InstructionSet
    private let memory: UnsafeMutableRawBufferPointer

    /// Bytes of the packed form.
    public var sizeBytes: Int { memory.count }

    /// Copies `weight` [N, K], row-major as `torch.nn.Linear.weight`.
    ///
    /// Throws: `outOfRange` where the packed form would not fit an address space.
    public init(_ weight: MatrixView, isa: InstructionSet = .current) throws {
        let count = slipway_packed_weights_count(isa.kernels, Int64(weight.rows), Int64(weight.columns))
        guard count >= 0, count <= Int64.max / 8 else {
            throw SlipwayError(.outOfRange, "a weight of [\(weight.rows), \(weight.columns)] cannot be packed")
        }
        outputs = weight.rows
        inputs = weight.columns
        self.isa = isa
        memory = .allocate(byteCount: max(Int(count) * 4, 64), alignment: 64)
        let status = isa.kernels.pointee.pack_weights(
            Int64(outputs), Int64(inputs), weight.base, Int64(weight.stride),
            memory.baseAddress?.assumingMemoryBound(to: Float.self))
        try check(status, "pack_weights")
    }

    deinit { memory.deallocate() }

    /// c = epilogue(a · weightᵀ). A row's result does not depend on how many other rows `a` has.
    ///
    /// Shapes: a [M, K], c [M, N]; c must not overlap a.
    public func multiply(_ a: MatrixView, into c: MutableMatrixView, _ epilogue: Epilogue = Epilogue()) throws {
        guard a.columns == inputs, c.columns == outputs, a.rows == c.rows else {
            throw SlipwayError(
                .internalFault,
                "gemm: [\(a.rows), \(a.columns)] by [\(inputs), \(outputs)] does not give [\(c.rows), \(c.columns)]")
        }
        let packed = UnsafePointer(memory.baseAddress?.assumingMemoryBound(to: Float.self))
        let status = withUnsafePointer(to: epilogue.lowered) { epilogue in
            var arguments = slipway_gemm_args(
                m: Int64(a.rows), n: Int64(outputs), k: Int64(inputs), a: a.base, lda: Int64(a.stride), packed: packed,
                c: c.base, ldc: Int64(c.stride), epilogue: epilogue)
            return isa.kernels.pointee.gemm(&arguments)
        }
        try check(status, "gemm")
    }
}
