/// The number format of an exported embedding table's rows.
public enum TableDType: String, Sendable, Hashable, CaseIterable {
    case fp32 = "FP32"
    case fp16 = "FP16"
    case int8 = "INT8"
    case int4 = "INT4"
    case int2 = "INT2"

    /// Bits a value takes.
    public var bits: Int {
        switch self {
        case .fp32: return 32
        case .fp16: return 16
        case .int8: return 8
        case .int4: return 4
        case .int2: return 2
        }
    }
}
