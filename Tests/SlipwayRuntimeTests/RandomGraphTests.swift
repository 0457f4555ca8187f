import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayRuntime

/// Random graphs over all ops: fused and not, against the reference.
@Suite struct RandomGraphTests {
    /// Values of a graph being made, by form.
    private struct Pool {
        /// [B, D]
        var rows: [ValueID] = []
        /// [B, F, D]
        var cubes: [ValueID] = []
        /// [S, D] and its lengths.
        var steps: [(values: ValueID, lengths: ValueID)] = []
    }

    private static func graph(_ seed: UInt64, nodes: Int) throws -> Graph {
        var random = SeededRandom(seed: seed &* 7919)
        var pool = Pool()
        return try makeGraph { b in
            pool.rows.append(try b.rows("dense", 6))
            for (index, dtype) in [DType.f32, .q8, .f16].enumerated() {
                pool.rows.append(try b.bag("bag\(index)", dtype, mode: index == 1 ? .mean : .sum))
            }
            let first = try b.lookup("s/a", .q8)
            let second = try b.lookup("s/b", .f32, width: 4)
            let third = try b.lookup("t", .q4)
            pool.steps.append(first)
            pool.steps.append((try b.align(second.values, second.lengths, to: first.lengths, "S:s"), first.lengths))
            pool.steps.append((try b.align(third.values, third.lengths, to: first.lengths, "S:s"), first.lengths))
            pool.steps.append(
                (
                    try b.concat([
                        try b.align(first.values, first.lengths, to: first.lengths, "S:s"), pool.steps[1].values,
                        pool.steps[2].values,
                    ]), first.lengths
                ))
            for index in 0..<nodes { try step(index, &b, &pool, &random) }
            for (index, value) in pool.rows.suffix(4).enumerated() { try b.output("r\(index)", value) }
            if let cube = pool.cubes.last { try b.output("cube", cube) }
            if let steps = pool.steps.last { try b.output("steps", steps.values) }
        }
    }

    private static func step(_ index: Int, _ b: inout GraphBuilder, _ pool: inout Pool, _ random: inout SeededRandom)
        throws
    {
        func pick<T>(_ list: [T], _ random: inout SeededRandom) throws -> T {
            try #require(list.randomElement(using: &random))
        }
        let x = try pick(pool.rows, &random)
        let y = try pick(pool.rows, &random)
        let s = try pick(pool.steps, &random)
        let width = try b.width(x)
        switch Int.random(in: 0..<18, using: &random) {
        case 0...2:
            pool.rows.append(
                try b.apply(Unary(.tanh), try b.linear("l\(index)", x, Int.random(in: 1...20, using: &random))))
        case 3:
            pool.rows.append(
                try b.apply(Unary(.sigmoid), try b.batchNorm("n\(index)", try b.linear("l\(index)", x, 8))))
        case 4: pool.rows.append(try b.apply(Unary(.tanh), try b.dice("d\(index)", x)))
        case 5, 6: pool.rows.append(try b.concat([x, y, try pick(pool.rows, &random)]))
        case 7:
            let end = Int.random(in: 1...width, using: &random)
            pool.rows.append(try b.apply(Slice(axis: 1, start: Int.random(in: 0..<end, using: &random), end: end), x))
        case 8: pool.rows.append(try b.binary(.multiply, x, try b.apply(Slice(axis: 1, start: 0, end: 1), y)))
        case 9: pool.rows.append(try b.apply(LayerNorm(), x))
        case 10: pool.rows.append(try b.apply(Softmax(), x))
        case 11:
            let weights = try b.add(
                JaggedSoftmax(),
                [Operand("values", try b.linear("l\(index)", s.values, 1)), Operand("lengths", s.lengths)])
            pool.rows.append(
                try b.add(
                    SegmentReduce(mode: .sum),
                    [Operand("values", try b.binary(.multiply, weights, s.values)), Operand("lengths", s.lengths)]))
        case 12:
            let query = try b.linear("l\(index)", x, try b.width(s.values))
            let pairs = try b.add(
                AttentionInput(),
                [Operand("query", query), Operand("sequence", s.values), Operand("lengths", s.lengths)])
            let hidden = try b.apply(Unary(.relu), try b.linear("h\(index)", pairs, 12))
            pool.steps.append((try b.apply(Unary(.tanh), try b.linear("g\(index)", hidden, 5)), s.lengths))
        case 13: pool.cubes.append(try b.apply(Reshape(tail: [3, 4]), try b.linear("l\(index)", x, 12)))
        case 14:
            guard let cube = pool.cubes.randomElement(using: &random) else { return }
            pool.rows.append(try b.apply(PairwiseDot(), cube))
        case 15:
            guard let cube = pool.cubes.randomElement(using: &random) else { return }
            pool.cubes.append(try b.apply(Unary(.tanh), try b.linear("l\(index)", cube, 4)))
        case 16:
            guard let cube = pool.cubes.randomElement(using: &random) else { return }
            pool.rows.append(try b.apply(Reshape(tail: [12]), cube))
        default:
            guard let cube = pool.cubes.randomElement(using: &random) else { return }
            pool.rows.append(try b.apply(Reduce(.mean, axis: 1), cube))
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>) func equalTheReference(seed: UInt64) throws {
        var fixture = try RuntimeFixture(seed: seed, graph: try Self.graph(seed, nodes: 12 + Int(seed)))
        try fixture.check(tolerance: 2e-5, sizes: [0, 1, 7], "seed \(seed)")
    }

    @Test func largeBatchesEqualTheReference() throws {
        var fixture = try RuntimeFixture(seed: 77, graph: try Self.graph(77, nodes: 20))
        try fixture.check(tolerance: 2e-5, sizes: [200, 3])
    }

    /// A row's scores do not depend on the rows around it, and a scratch may be used for any order of sizes.
    @Test func scratchIsReusable() throws {
        var fixture = try RuntimeFixture(seed: 5, graph: try Self.graph(5, nodes: 20))
        let predictor = try fixture.predictor()
        let scratch = PredictorScratch(for: predictor)
        let batch = fixture.inputs(rows: 40)
        let first = try predictor.run(batch, scratch: scratch)
        for rows in [3, 90, 0, 17] { _ = try predictor.run(fixture.inputs(rows: rows), scratch: scratch) }
        let capacity = scratch.capacityBytes
        #expect(try predictor.run(batch, scratch: scratch) == first)
        #expect(scratch.capacityBytes == capacity)
        var outputs = PredictorOutputs()
        try predictor.run(batch, scratch: scratch, into: &outputs)
        #expect(outputs == first)
    }
}
