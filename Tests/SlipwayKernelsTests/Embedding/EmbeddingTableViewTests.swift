import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct EmbeddingTableViewTests {
    private static let types: [DType] = [.f32, .f16, .bf16, .q8, .q4, .q2]

    /// Quantized rows must agree to the bit, the others within rounding.
    private func expectSame(_ out: [Float], _ expected: [Float], _ dtype: DType, _ what: String) {
        if dtype.isQuantizedRow {
            #expect(out.map(\.bitPattern) == expected.map(\.bitPattern), "\(what)")
        } else {
            #expect(firstDifference(out, expected, tolerance: 2e-6) == nil, "\(what)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func bagsEqualTheReferenceForEveryWidth(isa: InstructionSet) throws {
        let seed: UInt64 = 21
        var random = SeededRandom(seed: seed)
        for width in Array(1...70) + [96, 127, 128, 200, 300] {
            for dtype in Self.types where (try? RowQuantizer.rowBytes(dtype, width: width)) != nil {
                let table = try TestTable(dtype, rows: 37, width: width, using: &random)
                let lengths = random.lengths(9, most: 12)
                let count = Int(lengths.reduce(0, +))
                let ids = (0..<count).map { _ in Int64.random(in: 0..<37, using: &random) }
                let weights = random.floats(count)
                for pooling in [EmbeddingTableView.Pooling.sum, .mean] {
                    for weights in [nil, weights] {
                        let what = "seed \(seed), \(isa) \(dtype) width \(width) \(pooling) weighted \(weights != nil)"
                        let expected = try table.pool(ids, lengths, weights: weights, pooling: pooling, isa: .scalar)
                        let out = try table.pool(ids, lengths, weights: weights, pooling: pooling, isa: isa)
                        expectSame(out.values, expected.values, dtype, what)
                    }
                }
                let ones = [Int32](repeating: 1, count: count)
                let single = try table.pool(ids, ones, isa: isa)
                let rows = try table.gather(ids, isa: isa)
                #expect(single.values == rows.values, "seed \(seed), \(isa) \(dtype) \(width): bags of one")
                expectSame(
                    rows.values, try table.gather(ids, isa: .scalar).values, dtype, "\(isa) \(dtype) gather \(width)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func badIDsAreMappedAsFbgemmDoes(isa: InstructionSet) throws {
        var random = SeededRandom(seed: 5)
        for dtype in Self.types {
            for width in [8, 16, 24, 32, 200] {
                let table = try TestTable(dtype, rows: 6, width: width, using: &random)
                let row = { (id: Int64) in try table.gather([id], isa: .scalar).values }
                let (zeroth, third) = (try row(0), try row(3))
                let ids: [Int64] = [3, -1, 6, -2, .max, .min, -1, 3]
                let out = try table.gather(ids, badIDs: .map, isa: isa)
                let zeros = [Float](repeating: 0, count: width)
                #expect(out.values == third + zeros + zeroth + zeroth + zeroth + zeroth + zeros + third)
                #expect(out.mapped == 6)
                // One bag: (row 3 + nothing) / 2; one of -1 alone; one empty; one mapped to row 0.
                let bags = try table.pool([3, -1, -1, 77], [2, 1, 0, 1], pooling: .mean, badIDs: .map, isa: isa)
                #expect(bags.values == third.map { $0 * 0.5 } + zeros + zeros + zeroth, "\(isa) \(dtype) \(width)")
                #expect(bags.mapped == 3)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func badIDsAreRefusedByPosition(isa: InstructionSet) throws {
        var random = SeededRandom(seed: 6)
        let table = try TestTable(.f32, rows: 368, width: 16, using: &random)
        for (ids, position, bad) in [
            ([0, 367, 1, 1_000_000] as [Int64], 3, 1_000_000 as Int64), ([-1], 0, -1), ([5, 368, -1], 1, 368),
        ] {
            let lengths = [Int32(ids.count)]
            for call in [
                { _ = try table.pool(ids, lengths, isa: isa) }, { _ = try table.gather(ids, isa: isa) },
            ] {
                let error = #expect(throws: SlipwayError.self) { try call() }
                #expect(error?.code == .outOfRange)
                #expect(error?.message == "id \(bad) at position \(position) is not in the table's range [0, 368)")
            }
        }
        let empty = try TestTable(.q8, rows: 0, width: 16, using: &random)
        #expect(throws: SlipwayError.self) { try empty.gather([0], badIDs: .map, isa: isa) }
        #expect(try empty.gather([], isa: isa).values.isEmpty)
        #expect(try empty.pool([], [0, 0], isa: isa).values == [Float](repeating: 0, count: 32))
    }

    @Test(arguments: InstructionSet.available)
    func lengthsMustAddUp(isa: InstructionSet) throws {
        var random = SeededRandom(seed: 7)
        let table = try TestTable(.q8, rows: 4, width: 16, using: &random)
        for lengths in [[1, 1], [4], [-1, 4], [Int32.max, Int32.max], []] as [[Int32]] {
            let error = #expect(throws: SlipwayError.self) { try table.pool([0, 1, 2], lengths, isa: isa) }
            #expect(error?.code == .mismatch)
        }
        #expect(try table.pool([], [], isa: isa).values.isEmpty)
    }

    @Test func tableMustFitItsMemory() throws {
        let bytes = [UInt8](repeating: 0, count: 100)
        bytes.withUnsafeBytes { raw in
            // 5 rows of 20 bytes fit exactly; the last row needs no padding.
            #expect(throws: Never.self) {
                try EmbeddingTableView(raw, rowCount: 5, rowStrideBytes: 20, width: 16, dtype: .q8)
            }
            #expect(throws: Never.self) {
                try EmbeddingTableView(raw, rowCount: 3, rowStrideBytes: 40, width: 16, dtype: .q8)
            }
            for (rows, stride, width) in [(6, 20, 16), (5, 19, 16), (-1, 20, 16), (.max, 20, 16), (2, .max, 16)] {
                #expect(throws: SlipwayError.self) {
                    try EmbeddingTableView(raw, rowCount: rows, rowStrideBytes: stride, width: width, dtype: .q8)
                }
            }
        }
    }
}
