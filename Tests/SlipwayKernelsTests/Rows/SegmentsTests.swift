import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayKernels

@Suite struct SegmentsTests {
    private func softmax(_ values: [Float], _ lengths: [Int32], isa: InstructionSet) throws -> [Float] {
        var out = [Float](repeating: 0, count: values.count)
        try out.withUnsafeMutableBufferPointer { out in
            try values.withUnsafeBufferPointer { values in
                try lengths.withUnsafeBufferPointer {
                    try isa.segmentSoftmax(values, lengths: $0, scale: 0.5, into: out)
                }
            }
        }
        return out
    }

    private func sum(
        _ values: Matrix, weights: [Float]? = nil, _ lengths: [Int32], _ pooling: EmbeddingTableView.Pooling,
        isa: InstructionSet
    ) throws -> Matrix {
        var out = Matrix(zeros: lengths.count, values.columns)
        try weights.withOptionalPointer { weights in
            try values.read { values in
                try lengths.withUnsafeBufferPointer { lengths in
                    try out.write {
                        try isa.segmentSum(values, weights: weights, lengths: lengths, pooling: pooling, into: $0)
                    }
                }
            }
        }
        return out
    }

    private func attention(_ query: Matrix, _ rows: Matrix, _ lengths: [Int32], isa: InstructionSet) throws -> Matrix {
        var out = Matrix(zeros: rows.rows, 4 * rows.columns)
        try query.read { query in
            try rows.read { rows in
                try lengths.withUnsafeBufferPointer { lengths in
                    try out.write { try isa.attentionInput(query: query, rows: rows, lengths: lengths, into: $0) }
                }
            }
        }
        return out
    }

    @Test(arguments: InstructionSet.available)
    func segmentKernelsEqualTheReference(isa: InstructionSet) throws {
        let seed: UInt64 = 71
        var random = SeededRandom(seed: seed)
        for width in Array(1...36) + [48, 63, 64, 65, 100, 130] {
            let lengths = random.lengths(7, most: 20)
            let count = Int(lengths.reduce(0, +))
            let what = "seed \(seed), \(isa) width \(width)"
            let values = Matrix(random.floats(count * width), rows: count, columns: width)
            let weights = random.floats(count)
            for pooling in [EmbeddingTableView.Pooling.sum, .mean] {
                for weights in [nil, weights] {
                    let out = try sum(values, weights: weights, lengths, pooling, isa: isa)
                    let expected = try sum(values, weights: weights, lengths, pooling, isa: .scalar)
                    #expect(firstDifference(out.values, expected.values, tolerance: 2e-6) == nil, "\(what)")
                    #expect(out.gapsAreUntouched, "\(what)")
                }
            }
            let query = Matrix(random.floats(7 * width), rows: 7, columns: width, gap: 1)
            let out = try attention(query, values, lengths, isa: isa)
            #expect(out.values == (try attention(query, values, lengths, isa: .scalar)).values, "\(what)")
            #expect(out.gapsAreUntouched, "\(what)")
            let soft = try softmax(weights.map { $0 * 30 }, lengths, isa: isa)
            let expected = try softmax(weights.map { $0 * 30 }, lengths, isa: .scalar)
            #expect(firstDifference(soft, expected, tolerance: 2e-6) == nil, "\(what)")
        }
    }

    @Test func smallSegmentsByHand() throws {
        for isa in InstructionSet.available {
            let values = Matrix([1, 2, 3, 4, 5, 6], rows: 3, columns: 2)
            #expect(try sum(values, [2, 0, 1], .sum, isa: isa).values == [4, 6, 0, 0, 5, 6])
            #expect(try sum(values, weights: [1, -1, 2], [2, 1], .mean, isa: isa).values == [-1, -1, 10, 12])
            let query = Matrix([10, 20, 0, 1], rows: 2, columns: 2)
            let input = try attention(query, Matrix([1, 2, 3, 4], rows: 2, columns: 2), [1, 1], isa: isa)
            #expect(input.values == [10, 20, 1, 2, 9, 18, 10, 40, 0, 1, 3, 4, -3, -3, 0, 4])
            #expect(try softmax([7, 5, 5], [1, 0, 2], isa: isa) == [1, 0.5, 0.5])
            #expect(try softmax([], [0, 0], isa: isa).isEmpty)
        }
    }

    @Test(arguments: InstructionSet.available)
    func lengthsMustAddUp(isa: InstructionSet) throws {
        let values = Matrix(zeros: 3, 2)
        for lengths in [[1, 1], [5], [-1, 4]] as [[Int32]] {
            #expect(throws: SlipwayError.self) { try sum(values, lengths, .sum, isa: isa) }
            #expect(throws: SlipwayError.self) { try softmax([1, 2, 3], lengths, isa: isa) }
            let query = Matrix(zeros: lengths.count, 2)
            #expect(throws: SlipwayError.self) { try attention(query, values, lengths, isa: isa) }
        }
    }
}
