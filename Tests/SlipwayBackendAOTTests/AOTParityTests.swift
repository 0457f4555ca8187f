import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayRuntime
import Testing

@testable import SlipwayBackendAOT

/// Generated code against the reference evaluator: every op there is code for, in the forms that are written differently.
@Suite(.enabled(if: CompiledGraph.isAvailable, "there is no compiler, or the machine runs no variant"))
struct AOTParityTests {
    /// One graph for all, because compiling takes seconds; each output is a case.
    static func graph() throws -> Graph {
        var b = GraphBuilder(name: "ops")
        let x = try b.rows("x", 12)
        let y = try b.rows("y", 7)
        let u = try b.rows("u", 5, side: .user)
        let counts = try b.input("batch_size", ValueType(.i32, [.user], side: .user))
        let cube = try b.apply(Reshape(tail: [3, 4]), x)

        // Layers and what follows them.
        try b.output("linear", try b.linear("l0", x, 33))
        try b.output("one column", try b.apply(Unary(.sigmoid), try b.linear("l1", x, 1)))
        try b.output("layer over a cube", try b.apply(Unary(.tanh), try b.linear("l2", cube, 5)))
        try b.output("norm and dice", try b.dice("d", try b.batchNorm("n", try b.linear("l3", x, 20))))
        let slope = try b.parameter("slope", shape: [9])
        try b.output("prelu", try b.apply(Prelu(), try b.linear("l4", x, 9, bias: false), [Operand("slope", slope)]))
        try b.output("leaky, elu", try b.apply(Elu(alpha: 0.7), try b.apply(LeakyRelu(slope: 0.1), x)))
        try b.output("affine", try b.apply(Affine(scale: -2, shift: 0.5), y))
        let share = try b.add(
            Tile(), [Operand("rows", try b.linear("l5", u, 40)), Operand("count", counts)])
        try b.output(
            "share", try b.apply(Unary(.relu), try b.binary(.add, try b.linear("l6", x, 40, bias: false), share)))
        let other = try b.linear("l7", y, 6)
        try b.output("two products", try b.apply(Unary(.silu), try b.binary(.add, try b.linear("l8", x, 6), other)))
        try b.output("product of weights", try b.matmul(x, try b.parameter("m0", shape: [12, 10])))
        try b.output(
            "transposed", try b.matmul(cube, try b.parameter("m1", shape: [6, 4]), transposeB: true))
        let other3 = try b.apply(Reshape(tail: [2, 4]), try b.linear("l9", y, 8))
        try b.output("batched", try b.matmul(cube, other3, transposeB: true))
        let wide = try b.apply(Transpose(permutation: [0, 2, 1]), cube)
        try b.output("batched, plain", try b.matmul(cube, wide))
        try b.output("factorization machine", try b.apply(FactorizationMachine(), cube))
        try b.output("pairs", try b.apply(PairwiseDot(), cube))

        // Element by element.
        for function in Unary.Function.allCases where function.kernel != nil || Emits.functions[function] != nil {
            let positive = try b.apply(Affine(scale: 1, shift: 0.5), try b.apply(Unary(.abs), y))
            let input = [.log, .sqrt].contains(function) ? positive : try b.apply(Affine(scale: 4), y)
            try b.output("unary \(function.rawValue)", try b.apply(Unary(function), input))
        }
        for function in Binary.Function.allCases {
            // Away from zero, where a quotient would be as uncertain as it is large.
            let gate = try b.apply(Unary(.sigmoid), try b.linear("b\(function.rawValue)", x, 6))
            try b.output("binary \(function.rawValue)", try b.binary(function, other, gate))
        }
        let column = try b.apply(Slice(axis: 1, start: 2, end: 3), y)
        try b.output("column", try b.binary(.multiply, x, column))
        try b.output("row of weights", try b.binary(.divide, x, try b.parameter("row", shape: [12])))
        try b.output("weights first", try b.binary(.subtract, try b.parameter("one", shape: [1]), x))
        try b.output(
            "cube and row", try b.binary(.multiply, cube, try b.apply(Reduce(.mean, axis: 1, keep: true), cube)))
        try b.output(
            "outer", try b.binary(.add, try b.apply(Reshape(tail: [7, 1]), y), try b.apply(Reshape(tail: [1, 12]), x)))

        // Rows and shapes.
        let norm = [
            Operand("gamma", try b.parameter("g", shape: [7])), Operand("beta", try b.parameter("h", shape: [7])),
        ]
        try b.output("layer norm", try b.apply(LayerNorm(), y, norm))
        try b.output("layer norm, plain", try b.apply(LayerNorm(epsilon: 1e-3), cube))
        try b.output("softmax", try b.apply(Softmax(), cube))
        for function in Reduce.Function.allCases {
            try b.output("reduce \(function.rawValue)", try b.apply(Reduce(function, axis: 2), cube))
            try b.output(
                "vector \(function.rawValue)", try b.apply(Unary(.tanh), try b.apply(Reduce(function, axis: 1), y)))
        }
        let parts = [
            try b.linear("c0", x, 3), y, try b.apply(Slice(axis: 1, start: 1, end: 4), x), try b.linear("c1", y, 2),
        ]
        let joined = try b.concat(parts)
        try b.output("concat", try b.linear("c2", joined, 4))
        try b.output("concat again", try b.concat([parts[0], joined, parts[0]]))
        try b.output("concat of cubes", try b.concat([cube, try b.linear("c3", cube, 2)], axis: 2))
        try b.output("stacked cubes", try b.concat([cube, try b.apply(Unary(.exp), cube)]))
        try b.output("inner slice", try b.apply(Slice(axis: 2, start: 1, end: 3), cube))
        try b.output("middle slice", try b.linear("c4", try b.apply(Slice(axis: 1, start: 1, end: 2), cube), 3))
        try b.output("transpose", wide)
        try b.output(
            "reshape", try b.apply(Reshape(tail: [2, 6]), try b.concat([y, column, try b.linear("c5", x, 4)])))
        try b.output("tile", try b.add(Tile(), [Operand("rows", u), Operand("count", counts)]))

        // Sequences of a row, and of a request.
        for side in [Side.item, .user] {
            let name = side.rawValue
            let steps = try b.sequence(name, 9, side: side)
            let count = side == .user ? counts : nil
            for (narrow, layers) in [(9, 2), (4, 0), (4, 1)] {
                let note = "\(name) \(narrow) \(layers)"
                var value = try b.attentionLayer(
                    note, query: try b.linear("q\(note)", x, narrow), steps, counts: count, outputs: 37)
                value = try b.dice("d\(note)", value)
                for layer in 0..<layers {
                    value = try b.apply(Unary(.sigmoid), try b.linear("\(note) \(layer)", value, layer == 0 ? 20 : 1))
                }
                try b.output("attention \(note)", try b.linear("out \(note)", value, 1))
            }
            let score = try b.attentionLayer(
                "w\(name)", query: try b.linear("qw\(name)", x, 9), steps, counts: count, outputs: 1)
            var operands = [
                Operand("weights", score), Operand("values", steps.values), Operand("lengths", steps.lengths),
            ]
            if let count { operands.append(Operand("count", count)) }
            try b.output("weighted sum \(name)", try b.add(WeightedSum(), operands))
            try b.output(
                "pooled \(name)",
                try b.add(
                    SegmentReduce(mode: .mean), [Operand("values", steps.values), Operand("lengths", steps.lengths)]))
            guard let count else {
                try b.output(
                    "softmax \(name)",
                    try b.add(JaggedSoftmax(), [Operand("values", score), Operand("lengths", steps.lengths)]))
                try b.output(
                    "expanded",
                    try b.binary(
                        .multiply, steps.values,
                        try b.add(
                            JaggedExpand(symbol: "S:item"),
                            [Operand("rows", try b.linear("e", x, 9)), Operand("lengths", steps.lengths)])))
                let second = try b.sequence("second", 3)
                let aligned = try b.add(
                    JaggedAlign(symbol: "S:item"),
                    [
                        Operand("values", second.values), Operand("lengths", second.lengths),
                        Operand("target", steps.lengths),
                    ])
                try b.output("aligned", try b.concat([aligned, steps.values]))
                continue
            }
            try b.output(
                "tiled sequence",
                try b.add(
                    JaggedTile(symbol: "S:tiled"),
                    [Operand("values", steps.values), Operand("lengths", steps.lengths), Operand("count", count)]))
        }

        // Lookups.
        for (dtype, width) in [
            (DType.f32, 16), (.f16, 8), (.q8, 16), (.q4, 12), (.q2, 8), (.q2, 24), (.q8, 4), (.f32, 3),
        ] {
            let name = "\(dtype.rawValue) \(width)"
            let lengths = try b.input("\(name).lengths", ValueType(.i32, [.batch]))
            let ids = try b.input("\(name).values", ValueType(.i64, [.symbol("N:\(name)")]))
            let table = try b.table("\(name) table", rows: 7, width: width, dtype: dtype)
            try b.output(
                "bag \(name)",
                try b.add(
                    EmbeddingBag(mode: .mean, feature: name),
                    [Operand("table", table), Operand("ids", ids), Operand("lengths", lengths)]))
            let rows = try b.add(EmbeddingLookup(feature: name), [Operand("table", table), Operand("ids", ids)])
            try b.output(
                "lookup \(name)",
                try b.add(SegmentReduce(mode: .sum), [Operand("values", rows), Operand("lengths", lengths)]))
        }
        return try b.build()
    }

    @Test func everyOpWithCodeIsThere() throws {
        let used = Set(try Self.graph().nodes.map(\.operationName))
        #expect(Set(EmitTable.entries.keys).subtracting(used).sorted() == [])
    }

    @Test(arguments: [ModelSource.Mode.dense, .unified]) func equalsTheReference(_ mode: ModelSource.Mode) throws {
        let compiled = try CompiledGraph(try Self.graph(), mode: mode, seed: 7)
        #expect(compiled.source.refused.isEmpty)
        for (rows, users) in [(0, 0), (1, 1), (2, 2), (5, 1), (13, 3), (100, 1), (70, 4)] {
            try compiled.check(rows: rows, users: users)
        }
        // Long sequences cross the blocks of attention.
        try compiled.check(rows: 3, users: 1, steps: 300)
        // One object, many sizes: nothing is kept between runs.
        try compiled.check(rows: 5, users: 1)
    }

    @Test func largerBatchesAreCut() throws {
        var b = GraphBuilder(name: "cut")
        let counts = try b.input("batch_size", ValueType(.i32, [.user], side: .user))
        let steps = try b.sequence("s", 4, side: .user)
        let score = try b.attentionLayer("a", query: try b.rows("x", 4), steps, counts: counts, outputs: 3)
        let operands = [
            Operand("weights", try b.linear("l", score, 1)), Operand("values", steps.values),
            Operand("lengths", steps.lengths), Operand("count", counts),
        ]
        try b.output("y", try b.add(WeightedSum(), operands))
        let compiled = try CompiledGraph(try b.build(), mode: .dense, maxBatchSize: 4, seed: 3)
        #expect(compiled.predictor.maximumRows == 4)
        for (rows, users) in [(4, 2), (5, 1), (23, 5), (9, 9)] { try compiled.check(rows: rows, users: users) }
    }

    @Test func badLengthsAreRefused() throws {
        var b = GraphBuilder(name: "lengths")
        let steps = try b.sequence("s", 4)
        try b.output(
            "y",
            try b.add(SegmentReduce(mode: .sum), [Operand("values", steps.values), Operand("lengths", steps.lengths)]))
        let compiled = try CompiledGraph(try b.build(), mode: .dense, seed: 3)
        var batch = compiled.inputs(rows: 3, users: 0, seed: 1)
        let lengths = try #require(batch.index(of: "s.lengths"))
        for bad in [[1, 2, 3, 4], [9, 9, 9], [-1, 2, 0]] as [[Int32]] {
            batch.buffers[lengths].int32 = bad
            let error = #expect(throws: SlipwayError.self) {
                try compiled.predictor.run(batch, scratch: PredictorScratch(for: compiled.predictor))
            }
            #expect(error?.code == .mismatch)
        }
    }
}
