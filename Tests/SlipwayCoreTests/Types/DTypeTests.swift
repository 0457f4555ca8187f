import SlipwayCore
import Testing

@Suite struct DTypeTests {
    /// Bytes of rows of 1, 3, 4 and 16 elements; quantized rows carry a float16 scale and bias.
    static let rows: [DType: [Int]] = [
        .f64: [8, 24, 32, 128], .i64: [8, 24, 32, 128], .f32: [4, 12, 16, 64], .i32: [4, 12, 16, 64],
        .f16: [2, 6, 8, 32], .bf16: [2, 6, 8, 32], .i16: [2, 6, 8, 32], .i8: [1, 3, 4, 16], .u8: [1, 3, 4, 16],
        .bool: [1, 3, 4, 16], .q8: [5, 7, 8, 20], .q4: [5, 6, 6, 12], .q2: [5, 5, 5, 8],
    ]

    @Test(arguments: DType.allCases) func rowBytes(_ dtype: DType) {
        #expect([1, 3, 4, 16].map(dtype.rowBytes) == Self.rows[dtype])
        #expect(dtype.rowBytes(width: 0) == (dtype.isQuantizedRow ? 4 : 0))
    }

    @Test func kinds() {
        #expect(DType.allCases.filter(\.isQuantizedRow) == [.q8, .q4, .q2])
        #expect(DType.allCases.filter(\.isFloatingPoint) == [.f32, .f16, .bf16, .f64])
        #expect(DType(rawValue: "bf16") == .bf16)
        #expect(DType(rawValue: "F32") == nil)
    }
}
