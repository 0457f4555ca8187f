import SlipwayCore
import SlipwayGraph

/// Graphs for the tests of the text and the stored form.
enum SampleGraph {
    /// Both sides, jagged and dense values, a table, scopes, every kind of attribute and parameter source.
    static func towers() throws -> Graph {
        var builder = GraphBuilder(name: "towers")
        let ids = try builder.input("clicks.values", i64("N:clicks", side: .user))
        let lengths = try builder.input("clicks.lengths", i32("U", side: .user))
        let age = try builder.input("age.values", f32("B", 2))
        let count = try builder.input("batch_size", i32("U", side: .user))
        builder.enter(scope: "user tower")
        let table = try builder.table("emb.clicks.weight", rows: 4, width: 2, dtype: .q8)
        let pooled = try builder.add(
            EmbeddingBag(mode: .mean, feature: "clicks"),
            [Operand("table", table), Operand("ids", ids), Operand("lengths", lengths)])
        let weight = try builder.parameter("user.0.weight", shape: [2, 2], source: .stack(["a", "b \"c\""]))
        let hidden = try builder.add(Linear(), [Operand("input", pooled), Operand("weight", weight)])
        let user = try builder.add(Tile(), [Operand("rows", hidden), Operand("count", count)])
        builder.leaveScope()
        builder.enter(scope: "item")
        let shift = try builder.parameter("shift", shape: [2], source: .constant([-1e-30, .infinity]))
        let item = try builder.add(Binary(.minimum), [Operand("a", age), Operand("b", shift)])
        let scaled = try builder.add(Affine(scale: -1e-30, shift: .infinity), [Operand("input", item)])
        let pair = try builder.add(Concat(axis: 1), [Operand("input", user), Operand("input", scaled)])
        let split = try builder.add(Reshape(tail: [2, 2]), [Operand("input", pair)])
        let score = try builder.add(Reduce(.sum, axis: 1, keep: false), [Operand("input", split)])
        builder.leaveScope()
        let late = try builder.input("late.values", f32("B", 2))
        try builder.output("score", try builder.add(Binary(.add), [Operand("a", score), Operand("b", late)]))
        try builder.output("user", hidden)
        return try builder.build()
    }

    static let oddNames = [
        "", " ", "a b", "quote \"q\"", "back\\slash", "line\nbreak\r\n\ttab", "nul\u{0}", "naïve 日本語 🚢", "%x", "=",
        "user", "8", "-1", "f32[B]", "\\u{41}", "e+5", ":", ",", "inf", "true", "{}[]()",
    ]

    /// Every odd name as graph, input, parameter, symbol, scope, string attribute and output.
    static func odd() throws -> Graph {
        var builder = GraphBuilder(name: "odd \"graph\"\n")
        for name in oddNames {
            builder.enter(scope: name)
            let symbol = Dimension.symbol(name)
            let ids = try builder.input("i" + name, ValueType(.i64, [symbol]))
            let plain = try builder.input(name, ValueType(.f32, [symbol, 2]))
            let table = try builder.table("t" + name, rows: 3, width: 2, dtype: .f16)
            let constants: [Float] = [.nan, -.infinity, -0.0, 1e-30, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
            let constant = try builder.parameter("c" + name, shape: [6], source: .constant(constants))
            let rows = try builder.add(EmbeddingLookup(feature: name), [Operand("table", table), Operand("ids", ids)])
            let sum = try builder.add(Binary(.add), [Operand("a", rows), Operand("b", plain)])
            try builder.output(name, sum)
            try builder.output("c" + name, constant)
            builder.leaveScope()
        }
        return try builder.build()
    }
}
