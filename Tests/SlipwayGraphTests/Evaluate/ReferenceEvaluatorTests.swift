import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct ReferenceEvaluatorTests {
    /// score[b] = Σ tile(mean(table[clicks]) · Wᵀ) ⊙ (age + shift), two features wide.
    private func towers(_ dtype: DType = .q8) throws -> Graph {
        var builder = GraphBuilder(name: "towers")
        let table = try builder.table("table", rows: 3, width: 2, dtype: dtype)
        let ids = try builder.input("clicks.values", i64("N:clicks", side: .user))
        let lengths = try builder.input("clicks.lengths", i32("U", side: .user))
        let count = try builder.input("batch_size", i32("U", side: .user))
        builder.enter(scope: "user")
        let pooled = try builder.add(
            EmbeddingBag(mode: .mean, feature: "clicks"),
            [Operand("table", table), Operand("ids", ids), Operand("lengths", lengths)])
        let weight = try builder.parameter("weight", shape: [2, 2])
        let hidden = try builder.add(Linear(), [Operand("input", pooled), Operand("weight", weight)])
        builder.leaveScope()
        let user = try builder.add(Tile(), [Operand("rows", hidden), Operand("count", count)])
        let age = try builder.input("age.values", f32("B", 2))
        let shift = try builder.parameter("shift", shape: [2], source: .constant([1, -1]))
        let item = try builder.add(Binary(.add), [Operand("a", age), Operand("b", shift)])
        let product = try builder.add(Binary(.multiply), [Operand("a", user), Operand("b", item)])
        try builder.output("score", try builder.add(Reduce(.sum, axis: 1), [Operand("input", product)]))
        return try builder.build()
    }

    private let parameters = [
        "table": floats([3, 2], [2, 4, 6, 8, 10, 20]), "weight": floats([2, 2], [1, 1, 1, -1]),
    ]

    /// User 0 clicked rows 0 and 1: mean (4, 6), hidden (10, −2); user 1 nothing: (0, 0).
    private let inputs = [
        "clicks.values": ints([2], [0, 1]), "clicks.lengths": ints([2], [2, 0]), "batch_size": ints([2], [2, 1]),
        "age.values": floats([3, 2], [0, 1, 1, 2, 5, 5]),
    ]

    private func run(
        _ changes: [String: Tensor?] = [:], parameters: [String: Tensor]? = nil, dtype: DType = .q8
    ) throws -> [String: Tensor] {
        var inputs = inputs
        for (name, value) in changes { inputs[name] = value }
        let graph = try towers(dtype)
        return try ReferenceEvaluator(graph: graph, parameters: parameters ?? self.parameters).run(inputs)
    }

    /// Candidates: (1, 0)·(10, −2) = 10; (2, 1)·(10, −2) = 18; (6, 4)·(0, 0) = 0.
    @Test func twoTowersByHand() throws {
        #expect(try run() == ["score": floats([3], [10, 18, 0])])
    }

    @Test func keepsNamedValues() throws {
        let graph = try towers()
        let hidden = graph[graph.nodes[1].results[0]].name
        let found = try ReferenceEvaluator(graph: graph, parameters: parameters).run(inputs, keep: [hidden])
        #expect(found[hidden] == floats([2, 2], [10, -2, 0, 0]))
        #expect(found.count == 2)
    }

    @Test func noCandidates() throws {
        let found = try run([
            "batch_size": ints([2], [0, 0]), "age.values": floats([0, 2], []),
        ])
        #expect(found == ["score": floats([0], [])])
        let nobody = try run([
            "clicks.values": ints([0], []), "clicks.lengths": ints([0], []), "batch_size": ints([0], []),
            "age.values": floats([0, 2], []),
        ])
        #expect(nobody == ["score": floats([0], [])])
    }

    @Test func nanReachesItsRowOnly() throws {
        let found = try #require(try run(["age.values": floats([3, 2], [0, 1, 1, 2, .nan, 5])])["score"]).floats
        #expect(found[0] == 10 && found[1] == 18 && found[2].isNaN)
        let table = ["table": floats([3, 2], [2, .nan, 6, 8, 10, 20]), "weight": floats([2, 2], [1, 1, 1, -1])]
        let rows = try #require(try run(parameters: table)["score"]).floats
        #expect(rows[0].isNaN && rows[1].isNaN && rows[2] == 0)
    }

    /// Ids 0 and 9: a quantized table reads row 0 twice, (2, 4) → hidden (6, −2), score (1, 0)·(6, −2) = 6.
    @Test func badIds() throws {
        #expect(try run(["clicks.values": ints([2], [0, 9])])["score"] == floats([3], [6, 10, 0]))
        let error = #expect(throws: SlipwayError.self) { try run(["clicks.values": ints([2], [0, 9])], dtype: .f32) }
        #expect(error?.code == .outOfRange)
        #expect(error?.message == "clicks: id 9 at position 1 is outside 0..<3")
        #expect(error?.context == ["in node 0, embedding_bag of user"])
    }

    private func message(_ changes: [String: Tensor?]) -> String? {
        #expect(throws: SlipwayError.self) { try run(changes) }?.message
    }

    @Test func inputsMustFit() {
        let missing = #expect(throws: SlipwayError.self) { try run(["age.values": nil]) }
        #expect(missing?.code == .notFound)
        #expect(missing?.message == "input age.values is missing")
        #expect(
            message(["age.values": floats([3, 3], [Float](repeating: 0, count: 9))])
                == "input age.values has shape [3, 3]; the graph says f32[B, 2]")
        #expect(
            message(["age.values": floats([6], [0, 0, 0, 0, 0, 0])])?.hasPrefix("input age.values has shape [6]")
                == true)
        #expect(
            message(["batch_size": ints([1], [3])])
                == "input batch_size has shape [1], but U is 2 in input clicks.lengths")
        #expect(
            message(["clicks.values": floats([2], [0, 1])])
                == "input clicks.values holds floats; the graph says user i64[N:clicks]")
        // Three candidates say the counts, two say the rows.
        #expect(
            message(["age.values": floats([2, 2], [0, 0, 0, 0])])?.contains("but B is 2 in input age.values") == true)
        #expect(
            message(["clicks.lengths": ints([2], [1, 0])]) == "clicks: lengths add up to 1, but there are 2 values")
    }

    @Test func parametersMustFit() throws {
        let graph = try towers()
        let missing = #expect(throws: SlipwayError.self) {
            try ReferenceEvaluator(graph: graph, parameters: ["weight": floats([2, 2], [1, 1, 1, -1])])
        }
        #expect(missing?.code == .notFound)
        #expect(missing?.message == "parameter table has no value")
        var wrong = parameters
        wrong["weight"] = floats([4], [1, 1, 1, -1])
        let shape = #expect(throws: SlipwayError.self) { try ReferenceEvaluator(graph: graph, parameters: wrong) }
        #expect(shape?.code == .mismatch)
        #expect(shape?.message == "parameter weight has shape [4]; the graph expects [2, 2]")
    }
}
