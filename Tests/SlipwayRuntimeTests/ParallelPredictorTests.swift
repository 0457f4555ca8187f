import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayRuntime

@Suite struct ParallelPredictorTests {
    /// A layer over dense rows and a pooled bag, with tables of float32.
    private static func graph() throws -> Graph {
        try makeGraph { b in
            let x = try b.linear("layer", try b.rows("x", 12), 8)
            let bag = try b.bag("f", .f32, width: 8, mode: .mean)
            try b.output("y", try b.add(Binary(.add), [Operand("a", x), Operand("b", bag)]))
        }
    }

    @Test(arguments: [1, 2, 3, 8]) func piecesGiveTheSameBits(_ threads: Int) throws {
        var fixture = try RuntimeFixture(seed: 5, graph: try Self.graph())
        let batch = fixture.inputs(rows: 301)
        let predictor = try fixture.predictor()
        let parallel = ParallelPredictor(predictor, threads: threads, smallestPiece: 16)
        #expect(parallel.pieces(of: 301) == threads)
        let whole = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        for _ in 0..<3 { #expect(try parallel.run(batch) == whole) }
    }

    /// The candidates of a request may fall into several pieces; its user goes with each.
    @Test func requestsAreCutAnywhere() throws {
        let graph = try makeGraph { b in
            let user = try b.linear("user", try b.rows("u", 6, side: .user), 8)
            let tiled = try b.add(Tile(), [Operand("rows", user), Operand("count", try b.counts())])
            let item = try b.linear("item", try b.rows("x", 5), 8)
            try b.output("y", try b.add(Binary(.multiply), [Operand("a", tiled), Operand("b", item)]))
        }
        var fixture = try RuntimeFixture(seed: 6, graph: graph)
        let batch = fixture.inputs(rows: 97, users: 3)
        let predictor = try fixture.predictor()
        let whole = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        #expect(try ParallelPredictor(predictor, threads: 4, smallestPiece: 8).run(batch) == whole)
    }

    @Test func smallBatchesAndUserOutputsStayWhole() throws {
        let item = try RuntimeFixture(seed: 1, graph: try Self.graph()).predictor()
        #expect(ParallelPredictor(item, threads: 4, smallestPiece: 64).pieces(of: 127) == 1)
        #expect(ParallelPredictor(item, threads: 4, smallestPiece: 64).pieces(of: 128) == 2)
        #expect(ParallelPredictor(item, threads: 4, smallestPiece: 64).pieces(of: 0) == 1)
        #expect(ParallelPredictor(item, threads: 0).threads == 1)
        let user = try RuntimeFixture(
            seed: 1,
            graph: try makeGraph { b in
                _ = try b.counts()
                try b.output("u", try b.linear("user", try b.rows("u", 6, side: .user), 8))
            }
        ).predictor()
        #expect(ParallelPredictor(user, threads: 4, smallestPiece: 1).pieces(of: 1000) == 1)
    }

    @Test func anErrorNamesItsPiece() throws {
        var fixture = try RuntimeFixture(seed: 5, graph: try Self.graph())
        var batch = fixture.inputs(rows: 64)
        let values = try #require(batch.index(of: "f.values"))
        let last = try #require(batch.buffers[values].int64.indices.last)
        batch.buffers[values].int64[last] = 1 << 40
        let parallel = ParallelPredictor(try fixture.predictor(), threads: 2, smallestPiece: 8)
        let error = try failure { _ = try parallel.run(batch) }
        #expect(error.code == .outOfRange)
        #expect("\(error)".contains("in a piece whose row 0 is row 32 of the batch"))
    }

    @Test func manyCallersAtOnce() async throws {
        var fixture = try RuntimeFixture(seed: 7, graph: try Self.graph())
        let batches = [3, 40, 200].map { fixture.inputs(rows: $0) }
        let predictor = try fixture.predictor()
        let parallel = ParallelPredictor(predictor, threads: 3, smallestPiece: 16)
        let expected = try batches.map { try predictor.run($0, scratch: PredictorScratch(for: predictor)) }
        try await withThrowingTaskGroup(of: (Int, PredictorOutputs).self) { group in
            for index in 0..<24 { group.addTask { (index % 3, try parallel.run(batches[index % 3])) } }
            for try await (index, outputs) in group { #expect(outputs == expected[index]) }
        }
    }
}
