import SlipwayCore

/// PyTorch's names of element types: `torch.float32` in metadata, `torch.FloatStorage` in tensor archives.
enum TorchDType {
    /// Types that a tensor may have here.
    private static let supported: [String: DType] = [
        "torch.float32": .f32, "torch.float": .f32, "torch.float16": .f16, "torch.half": .f16,
        "torch.bfloat16": .bf16, "torch.float64": .f64, "torch.double": .f64,
        "torch.int64": .i64, "torch.long": .i64, "torch.int32": .i32, "torch.int": .i32,
        "torch.int16": .i16, "torch.short": .i16, "torch.int8": .i8, "torch.uint8": .u8, "torch.bool": .bool,
    ]

    /// Types that PyTorch has and no tensor may have here: they parse, so that the refusal can name the tensor.
    private static let refused: [String] = [
        "complex32", "complex64", "complex128", "uint16", "uint32", "uint64", "qint8", "quint8", "qint32",
        "quint4x2", "quint2x4", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
        "float8_e8m0fnu", "float4_e2m1fn_x2",
    ].map { "torch.\($0)" }

    private static let storages: [String: DType] = [
        "torch.FloatStorage": .f32, "torch.HalfStorage": .f16, "torch.BFloat16Storage": .bf16,
        "torch.DoubleStorage": .f64, "torch.LongStorage": .i64, "torch.IntStorage": .i32,
        "torch.ShortStorage": .i16, "torch.CharStorage": .i8, "torch.ByteStorage": .u8, "torch.BoolStorage": .bool,
    ]

    static let typeNames = Array(supported.keys) + refused
    static let storageNames = Array(storages.keys)

    /// The element type that `torch.<name>` means; nil for one that this build does not read.
    static func element(_ name: String) -> DType? { supported[name] }

    /// The element type of a legacy storage class; nil for any other name.
    static func storageElement(_ name: String) -> DType? { storages[name] }
}

extension DType {
    /// Bytes of one element of a type that a checkpoint may hold.
    var storedBytes: Int { bitWidth / 8 }
}
