internal import CSlipwayKernels
public import SlipwayCore

/// Turns float32 rows into embedding-table rows, byte for byte as fbgemm does.
///
/// A quantized row is `[scale f16][bias f16][codes, low bits first]`; a value is `code * scale + bias`.
/// Types: `f32`, `f16`, `bf16`, `q8`, `q4`, `q2`.
public enum RowQuantizer {
    /// Bytes of one row of `width` elements, without padding.
    ///
    /// Throws: `unsupported` where the type is none of a table's, or a `q4` or `q2` row would not be a whole number
    /// of 2-byte units (width a multiple of 4 or 8).
    public static func rowBytes(_ dtype: DType, width: Int) throws -> Int {
        let code = try rowCode(dtype)
        if width == 0 { return 0 }
        let bytes = slipway_row_bytes(code, Int64(width))
        guard bytes > 0 else {
            throw SlipwayError(
                .unsupported,
                "rows of \(width) elements cannot be stored as \(dtype): a row must be whole 2-byte units",
                fix: "use INT8 or FP16, or a width that is a multiple of \(dtype == .q2 ? 8 : 4)")
        }
        return Int(bytes)
    }

    /// Writes `x` as rows of `dtype`, `outStrideBytes` apart; bytes between rows are left alone.
    ///
    /// Shapes: x [N, D]; out N rows of `rowBytes(dtype, D)` bytes. NaN makes a quantized row unspecified.
    public static func quantize(
        _ x: MatrixView, to dtype: DType, out: UnsafeMutableRawPointer, outStrideBytes: Int,
        isa: InstructionSet = .current
    ) throws {
        let bytes = try rowBytes(dtype, width: x.columns)
        guard outStrideBytes >= bytes else {
            throw SlipwayError(.internalFault, "rows of \(bytes) bytes do not fit a stride of \(outStrideBytes)")
        }
        let status = isa.kernels.pointee.quantize_rows(
            try rowCode(dtype), Int64(x.rows), Int64(x.columns), x.base, Int64(x.stride), out, Int64(outStrideBytes))
        try check(status, "quantize_rows")
    }

    /// The kernels' number for a table's element type.
    static func rowCode(_ dtype: DType) throws -> Int32 {
        switch dtype {
        case .f32: return Int32(SLIPWAY_F32.rawValue)
        case .f16: return Int32(SLIPWAY_F16.rawValue)
        case .bf16: return Int32(SLIPWAY_BF16.rawValue)
        case .q8: return Int32(SLIPWAY_Q8.rawValue)
        case .q4: return Int32(SLIPWAY_Q4.rawValue)
        case .q2: return Int32(SLIPWAY_Q2.rawValue)
        default:
            throw SlipwayError(.unsupported, "\(dtype) is no element type of an embedding table")
        }
    }
}
