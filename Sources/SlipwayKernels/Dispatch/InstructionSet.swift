internal import CSlipwayKernels

/// One variant of all kernels, as this machine can run it.
///
/// `SLIPWAY_ISA=scalar|avx2|avx512|neon` in the environment overrides the choice of `current`.
public struct InstructionSet: @unchecked Sendable, Hashable, CustomStringConvertible {
    let kernels: UnsafePointer<slipway_kernels>

    /// The best one this machine runs; settled once for the process.
    public static let current = InstructionSet(kernels: slipway_kernels_current())

    /// The reference: obvious loops, accumulating in double. Always available.
    public static let scalar = available[0]

    /// All that this machine runs, the reference first.
    public static let available: [InstructionSet] = (0..<Int32(8)).compactMap { isa in
        slipway_kernels_for(isa).map { InstructionSet(kernels: $0) }
    }

    /// `scalar`, `avx2`, `avx512`, `neon` or `avx512shape`.
    public var name: String { String(cString: kernels.pointee.name) }

    /// float32 lanes of one vector.
    public var vectorWidth: Int { Int(kernels.pointee.vector_width) }

    public var description: String { name }

    /// Multiplies and adds from registers as fast as a core can, and gives how many operations that were.
    public func multiplyAddOperations(rounds: Int) -> Int { Int(kernels.pointee.peak(Int64(max(rounds, 0)))) }
}
