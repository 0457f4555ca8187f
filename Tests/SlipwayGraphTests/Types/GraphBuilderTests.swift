import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct GraphBuilderTests {
    @Test func anInputAskedForTwiceIsOneValue() throws {
        var builder = GraphBuilder(name: "g")
        let first = try builder.input("age.values", f32("B", 1))
        #expect(try builder.input("age.values", f32("B", 1)) == first)
        let error = #expect(throws: SlipwayError.self) { try builder.input("age.values", f32("U", 1, side: .user)) }
        #expect(error?.code == .mismatch)
        #expect(error?.message == "input age.values is used as f32[B, 1] and as user f32[U, 1]")
    }

    @Test func aParameterAskedForTwiceIsOneValue() throws {
        var builder = GraphBuilder(name: "g")
        let first = try builder.parameter("w", shape: [2, 3])
        #expect(try builder.parameter("w", shape: [2, 3]) == first)
        #expect(try builder.parameter("w", shape: [2, 3], source: .tensor("w")) == first)
        let shape = #expect(throws: SlipwayError.self) { try builder.parameter("w", shape: [3, 2]) }
        #expect(shape?.message == "parameter w is used as f32[2, 3] and as f32[3, 2]")
        let kind = #expect(throws: SlipwayError.self) { try builder.table("w", rows: 2, width: 3, dtype: .f32) }
        #expect(kind?.message == "parameter w is used twice, with different sources or as weight and as table")
        #expect(throws: SlipwayError.self) { try builder.parameter("w", shape: [2, 3], source: .stack(["a", "b"])) }
        let table = try builder.table("t", rows: 4, width: 2, dtype: .q4)
        #expect(try builder.table("t", rows: 4, width: 2, dtype: .q4) == table)
        #expect(throws: SlipwayError.self) { try builder.table("t", rows: 4, width: 2, dtype: .q8) }
    }

    @Test func aTypeErrorThrowsWhereItIsMade() throws {
        var builder = GraphBuilder(name: "g")
        let input = try builder.input("x", f32("B", 3))
        let weight = try builder.parameter("w", shape: [4, 2])
        let error = #expect(throws: SlipwayError.self) {
            try builder.add(Linear(), [Operand("input", input), Operand("weight", weight)])
        }
        #expect(error?.code == .mismatch)
        #expect(error?.message.hasPrefix("linear C2 (") == true)
        #expect(error?.message.hasSuffix("weight is f32[4, 2], input is f32[B, 3]") == true)
    }

    @Test func arityIsCheckedAtOnce() throws {
        var builder = GraphBuilder(name: "g")
        let input = try builder.input("x", f32("B", 3))
        let twice = #expect(throws: SlipwayError.self) {
            try builder.add(Softmax(), [Operand("input", input), Operand("input", input)])
        }
        #expect(twice?.message == "softmax has 2 operands called input")
        let none = #expect(throws: SlipwayError.self) { try builder.add(Concat(axis: 1), []) }
        #expect(none?.message == "concat has 0 operands called input")
        let optional = #expect(throws: SlipwayError.self) {
            try builder.add(LayerNorm(), [Operand("input", input), Operand("beta", input), Operand("beta", input)])
        }
        #expect(optional?.message == "layer_norm has 2 operands called beta")
    }

    @Test func anOutputIsProducedOnce() throws {
        var builder = GraphBuilder(name: "g")
        let input = try builder.input("x", f32("B"))
        try builder.output("probs", input)
        let error = #expect(throws: SlipwayError.self) { try builder.output("probs", input) }
        #expect(error?.code == .invalidConfig)
        #expect(error?.message == "output probs is produced twice")
    }

    @Test func aGraphNeedsAnOutput() throws {
        var builder = GraphBuilder(name: "empty")
        _ = try builder.input("x", f32("B"))
        let error = #expect(throws: SlipwayError.self) { try builder.build() }
        #expect(error?.message == "graph empty has no output")
    }

    @Test func widthNeedsANumber() throws {
        var builder = GraphBuilder(name: "g")
        let wide = try builder.input("x", f32("B", 7))
        let open = try builder.input("y", f32("B"))
        #expect(try builder.width(wide) == 7)
        let error = #expect(throws: SlipwayError.self) { try builder.width(open) }
        #expect(error?.message == "f32[B] has no fixed last dimension")
    }

    @Test func scopesNameTheModulePath() throws {
        var builder = GraphBuilder(name: "g")
        let input = try builder.input("x", f32("B"))
        builder.enter(scope: "towers")
        builder.enter(scope: "user")
        let inner = try builder.add(Softmax(), [Operand("input", input)])
        builder.leaveScope()
        let outer = try builder.add(Softmax(), [Operand("input", inner)])
        builder.leaveScope()
        builder.leaveScope()
        try builder.output("y", try builder.add(Softmax(), [Operand("input", outer)]))
        #expect(try builder.build().nodes.map(\.scope) == ["towers.user", "towers", ""])
    }

    @Test func valueNamesStayUnique() throws {
        var builder = GraphBuilder(name: "g")
        let input = try builder.input("v1", f32("B"))
        let dense = try builder.input("p2", f32("B"))
        _ = try builder.parameter("w", shape: [1])
        let result = try builder.add(Binary(.add), [Operand("a", input), Operand("b", dense)])
        try builder.output("y", result)
        let graph = try builder.build()
        #expect(Set(graph.values.map(\.name)).count == 4)
    }

    @Test func sizesMustBeSane() throws {
        for shape in [[-1], [1 << 40, 1 << 40], [.max, 0]] {
            var builder = GraphBuilder(name: "g")
            try builder.output("y", try builder.parameter("w", shape: shape))
            #expect(throws: SlipwayError.self, "\(shape)") { try builder.build() }
        }
    }
}
