import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayRuntime

/// What the plan makes of a graph; that it computes the same is tested elsewhere.
@Suite struct FusionTests {
    private func steps(_ build: (inout GraphBuilder) throws -> Void) throws -> [String] {
        let fixture = try RuntimeFixture(seed: 1, graph: try makeGraph(build))
        return try fixture.predictor().plan.steps.map { "\(type(of: $0.step))" }
    }

    @Test func aPerceptronIsOneStep() throws {
        let found = try steps { b in
            let hidden = try b.apply(Unary(.relu), try b.batchNorm("n", try b.linear("l", try b.rows("x", 4), 8)))
            try b.output("y", try b.apply(Affine(scale: 2), try b.dice("d", try b.linear("m", hidden, 3))))
        }
        #expect(found == ["LinearStep", "LinearStep", "PointwiseStep"])
    }

    @Test func madePartsOfAConcatAreNotCopied() throws {
        let found = try steps { b in
            let parts = [try b.bag("a"), try b.bag("b", .q8), try b.linear("l", try b.rows("x", 4), 3)]
            try b.output("y", try b.linear("m", try b.concat(parts), 2))
        }
        #expect(found == ["EmbeddingBagStep", "EmbeddingBagStep", "LinearStep", "LinearStep"])
    }

    @Test func whatWeightsDecideTakesNoStep() throws {
        let found = try steps { b in
            let weight = try b.apply(Reshape(tail: [4]), try b.parameter("w", shape: [3, 4, 1]))
            let scale = try b.apply(Unary(.sigmoid), try b.parameter("s", shape: [3]))
            let product = try b.add(Matmul(transposeB: true), [Operand("a", try b.rows("x", 4)), Operand("b", weight)])
            try b.output("y", try b.binary(.multiply, product, try b.apply(Affine(scale: -1, shift: 1), scale)))
        }
        #expect(found == ["LinearStep"])
    }

    @Test func inputsOfAConcatAreCopied() throws {
        let found = try steps { b in try b.output("y", try b.concat([try b.bag("a"), try b.rows("x", 4)])) }
        #expect(found == ["EmbeddingBagStep", "ConcatStep"])
    }

    @Test func alignedStepsAreMadeInPlace() throws {
        let found = try steps { b in
            let first = try b.lookup("s/a")
            let second = try b.lookup("s/b")
            try b.output(
                "y",
                try b.concat([
                    try b.align(first.values, first.lengths, to: first.lengths, "S:s"),
                    try b.align(second.values, second.lengths, to: first.lengths, "S:s"),
                ]))
        }
        #expect(
            found == [
                "EmbeddingLookupStep", "AlignAheadStep", "EmbeddingLookupStep", "JaggedAlignStep", "JaggedAlignStep",
            ])
    }

    @Test func targetAttentionIsThreeSteps() throws {
        let found = try steps { b in
            let steps = try b.sequence("s", 6)
            let first = try b.attentionLayer("0", query: try b.rows("q", 6), steps, outputs: 20)
            let hidden = try b.apply(Unary(.relu), first)
            let scores = try b.linear("2", try b.dice("d", try b.linear("1", hidden, 9)), 1)
            let weights = try b.add(JaggedSoftmax(), [Operand("values", scores), Operand("lengths", steps.lengths)])
            try b.output(
                "y",
                try b.add(
                    WeightedSum(),
                    [
                        Operand("weights", weights), Operand("values", steps.values), Operand("lengths", steps.lengths),
                    ]))
        }
        #expect(found == ["TargetAttentionStep", "JaggedSoftmaxStep", "WeightedSumStep"])
    }

    @Test func aTiledAddendIsPartOfTheProduct() throws {
        let found = try steps { b in
            let user = try b.linear("u", try b.rows("u", 4, side: .user), 6)
            let tiled = try b.add(Tile(), [Operand("rows", user), Operand("count", try b.counts())])
            let sum = try b.binary(.add, try b.linear("i", try b.rows("i", 3), 6), tiled)
            try b.output("y", try b.apply(Unary(.relu), sum))
        }
        #expect(found == ["LinearStep", "LinearStep"])
    }

    @Test func whatNobodyReadsIsLeftOut() throws {
        let found = try steps { b in
            let x = try b.rows("x", 4)
            _ = try b.linear("l", x, 5)
            try b.output("y", try b.apply(Unary(.relu), x))
        }
        #expect(found == ["PointwiseStep"])
    }

    /// Long sequences cross the blocks of target attention.
    @Test func blocksAreJoined() throws {
        let graph = try makeGraph { b in
            let first = try b.attentionLayer("0", query: try b.rows("a.q", 4), try b.sequence("a.s", 6), outputs: 7)
            try b.output("one", try b.apply(Unary(.sigmoid), first))
            let other = try b.attentionLayer("1", query: try b.rows("b.q", 4), try b.sequence("b.s", 6), outputs: 20)
            let hidden = try b.apply(Unary(.relu), try b.batchNorm("n", other))
            try b.output("two", try b.linear("3", try b.apply(Unary(.tanh), try b.linear("2", hidden, 9)), 3))
        }
        var fixture = try RuntimeFixture(seed: 9, graph: graph)
        var random = SeededRandom(seed: 4)
        var batch = fixture.inputs(rows: 9)
        for (index, slot) in fixture.graph.inputSlots.enumerated() {
            let lengths: [Int32] = [0, 1, 127, 0, 300, 128, 2, 0, 77]
            if slot.name.hasSuffix(".lengths") { batch.buffers[index].int32 = lengths }
            if slot.name.hasSuffix("s.values") { batch.buffers[index].float = random.floats(635 * 6) }
        }
        let predictor = try fixture.predictor()
        let found = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        let expected = try ReferenceEvaluator(graph: graph, parameters: fixture.parameters).run(
            fixture.graph.tensors(of: batch))
        for name in ["one", "two"] {
            #expect(RuntimeFixture.gap(try #require(found[name]).floats, try #require(expected[name]).floats) < 1e-5)
        }
    }
}
