/// Element types of tensors and embedding tables.
///
/// `q8`, `q4` and `q2` are row-wise quantized table rows as fbgemm stores them: a float16 scale, a float16 bias, then the
/// codes with the low bits first. They occur in tables only, never in activations.
public enum DType: String, Sendable, Hashable, CaseIterable {
    case f32, f16, bf16, f64
    case i64, i32, i16, i8, u8
    case bool
    case q8, q4, q2

    /// Bits of one element; of one code for the quantized types.
    public var bitWidth: Int {
        switch self {
        case .f64, .i64: return 64
        case .f32, .i32: return 32
        case .f16, .bf16, .i16: return 16
        case .i8, .u8, .bool, .q8: return 8
        case .q4: return 4
        case .q2: return 2
        }
    }

    public var isQuantizedRow: Bool { self == .q8 || self == .q4 || self == .q2 }

    public var isFloatingPoint: Bool {
        switch self {
        case .f32, .f16, .bf16, .f64: return true
        default: return false
        }
    }

    /// Bytes of one row of `width` elements, without padding. Quantized rows carry 4 bytes of scale and bias.
    public func rowBytes(width: Int) -> Int {
        (isQuantizedRow ? 4 : 0) + (width * bitWidth + 7) / 8
    }
}
