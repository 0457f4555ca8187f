import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct RowQuantizerTests {
    /// `x` as rows of `dtype` without padding.
    private func quantize(_ x: [Float], width: Int, to dtype: DType, isa: InstructionSet) throws -> [UInt8] {
        let rows = x.count / width
        let bytes = try RowQuantizer.rowBytes(dtype, width: width)
        var out = [UInt8](repeating: 0xAA, count: rows * bytes)
        let matrix = Matrix(x, rows: rows, columns: width, gap: 2)
        try out.withUnsafeMutableBytes { out in
            guard let base = out.baseAddress else { return }
            try matrix.read { try RowQuantizer.quantize($0, to: dtype, out: base, outStrideBytes: bytes, isa: isa) }
        }
        return out
    }

    @Test(arguments: InstructionSet.available)
    func rowsAreByteEqualToFbgemm(isa: InstructionSet) throws {
        let fixture = try QuantizedRowsFixture()
        var compared = 0
        for entry in fixture.entries where entry.kind != 0 && entry.kind < 100 {
            let dtype = try #require(entry.dtype)
            let out = try quantize(fixture.floats(width: entry.width), width: entry.width, to: dtype, isa: isa)
            #expect(out == entry.bytes, "\(isa) \(dtype) width \(entry.width)")
            compared += 1
        }
        #expect(compared >= 30)
    }

    @Test(arguments: InstructionSet.available)
    func dequantizedRowsAreBitEqualToFbgemm(isa: InstructionSet) throws {
        let fixture = try QuantizedRowsFixture()
        var compared = 0
        for expected in fixture.entries where expected.kind > 100 {
            let dtype = try #require(expected.dtype)
            let packed = try #require(
                fixture.entries.first { $0.kind == expected.kind - 100 && $0.width == expected.width })
            var out = [Float](repeating: 0, count: expected.rows * expected.width)
            try out.withUnsafeMutableBufferPointer { out in
                try packed.bytes.withUnsafeBytes { raw in
                    let table = try EmbeddingTableView(
                        raw, rowCount: packed.rows, rowStrideBytes: raw.count / packed.rows, width: packed.width,
                        dtype: dtype)
                    try table.dequantize(
                        from: 0, out: MutableMatrixView(out.baseAddress, rows: packed.rows, columns: packed.width),
                        isa: isa)
                }
            }
            #expect(out.map(\.bitPattern) == expected.floats.map(\.bitPattern), "\(isa) \(dtype) \(packed.width)")
            compared += 1
        }
        #expect(compared >= 10)
    }

    @Test(arguments: InstructionSet.available)
    func everyWidthEqualsTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        for width in 1...70 {
            var x = random.floats(5 * width, in: -300...300)
            x.append(contentsOf: [Float](repeating: 0.25, count: width))
            x.append(contentsOf: (0..<width).map { $0 == 0 ? 1e5 : Float($0) * 1e-9 })
            for dtype in [DType.f32, .f16, .bf16, .q8, .q4, .q2] {
                guard (try? RowQuantizer.rowBytes(dtype, width: width)) != nil else { continue }
                let expected = try quantize(x, width: width, to: dtype, isa: .scalar)
                let out = try quantize(x, width: width, to: dtype, isa: isa)
                #expect(out == expected, "seed \(seed), \(isa) \(dtype) width \(width)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func halvesRoundToNearestEven(isa: InstructionSet) throws {
        // 1 + 2^-11 is a tie and goes down to 1; 1 + 3·2^-11 is a tie and goes up; 65520 is the first to overflow.
        let x: [Float] = [1, 1 + 0x1p-11, 1 + 3 * 0x1p-11, 65519, 65520, -65504, 0x1p-24, 0x1p-25, -0.0, .infinity]
        let expected: [UInt16] = [0x3C00, 0x3C00, 0x3C02, 0x7BFF, 0x7C00, 0xFBFF, 1, 0, 0x8000, 0x7C00]
        let out = try quantize(x, width: x.count, to: .f16, isa: isa)
        #expect(out == expected.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "\(isa)")
        // bfloat16: 1 + 2^-8 is a tie and goes down, 1 + 3·2^-8 up.
        let bf = try quantize([1, 1 + 0x1p-8, 1 + 3 * 0x1p-8, -2], width: 4, to: .bf16, isa: isa)
        #expect(bf == [0x80, 0x3F, 0x80, 0x3F, 0x82, 0x3F, 0x00, 0xC0], "\(isa)")
    }

    @Test func rowsMustBeWholeUnits() throws {
        #expect(try RowQuantizer.rowBytes(.q8, width: 16) == 20)
        #expect(try RowQuantizer.rowBytes(.q4, width: 12) == 10)
        #expect(try RowQuantizer.rowBytes(.q2, width: 8) == 6)
        #expect(try RowQuantizer.rowBytes(.bf16, width: 3) == 6)
        #expect(throws: SlipwayError.self) { try RowQuantizer.rowBytes(.q2, width: 4) }
        #expect(throws: SlipwayError.self) { try RowQuantizer.rowBytes(.q4, width: 6) }
        #expect(throws: SlipwayError.self) { try RowQuantizer.rowBytes(.i64, width: 4) }
        #expect(throws: SlipwayError.self) { try RowQuantizer.rowBytes(.f32, width: -1) }
        #expect(throws: SlipwayError.self) { try RowQuantizer.rowBytes(.f32, width: .max) }
    }
}
