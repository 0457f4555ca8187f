import SlipwayCore
import Testing

@testable import SlipwayVerify

/// Stored rows worked by hand: scale 0.5 is 0x3800 as a half, bias −1 is 0xBC00.
struct QuantizedRowsTests {
    private static let head: [UInt8] = [0x00, 0x38, 0x00, 0xBC]

    @Test(arguments: [
        (DType.q8, [0, 1, 4, 255] as [UInt8], [-1, -0.5, 1, 126.5] as [Float]),
        // Low bits first: 0x41 holds 1 and 4, 0xF0 holds 0 and 15.
        (.q4, [0x41, 0xF0], [-0.5, 1, -1, 6.5]),
        // 0b11_10_01_00 holds 0, 1, 2, 3.
        (.q2, [0b1110_0100], [-1, -0.5, 0, 0.5]),
    ])
    func quantized(_ dtype: DType, _ codes: [UInt8], _ expected: [Float]) {
        // As a slice that does not begin at 0.
        let bytes = [UInt8](repeating: 9, count: 3) + Self.head + codes
        #expect(QuantizedRows.floats(bytes[3...], dtype, width: expected.count) == expected)
    }

    @Test func plain() {
        #expect(QuantizedRows.floats([0x00, 0x38, 0x00, 0xBC], .f16, width: 2) == [0.5, -1])
        #expect(QuantizedRows.floats([0x00, 0x3F, 0x80, 0xBF], .bf16, width: 2) == [0.5, -1])
        #expect(QuantizedRows.floats([0x00, 0x00, 0x80, 0x3F], .f32, width: 1) == [1])
        #expect(QuantizedRows.floats([], .q8, width: 0) == [])
    }
}
