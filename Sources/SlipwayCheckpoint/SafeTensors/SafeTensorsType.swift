import SlipwayCore

/// The names that the safetensors format gives to element types.
enum SafeTensorsType {
    private static let names: [String: DType] = [
        "F32": .f32, "F16": .f16, "BF16": .bf16, "F64": .f64, "I64": .i64, "I32": .i32, "I16": .i16, "I8": .i8,
        "U8": .u8, "BOOL": .bool,
    ]

    /// The element type of `name`. Throws `unsupported` for any that is not read here.
    static func element(_ name: String) throws -> DType {
        guard let dtype = names[name] else {
            throw SlipwayError(
                .unsupported,
                "element type \(name.prefix(32)) is not one of \(names.keys.sorted().joined(separator: ", "))",
                fix: "convert the tensor before saving")
        }
        return dtype
    }
}
