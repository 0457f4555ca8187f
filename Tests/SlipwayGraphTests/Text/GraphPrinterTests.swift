import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct GraphPrinterTests {
    @Test func writesOneLineADefinition() throws {
        let expected = #"""
            slipway graph 1
            name "towers"

            input "clicks.values" %clicks.values : user i64[N:clicks]
            input "clicks.lengths" %clicks.lengths : user i32[U]
            input "age.values" %age.values : f32[B, 2]
            input "batch_size" %batch_size : user i32[U]
            input "late.values" %late.values : f32[B, 2]

            table "emb.clicks.weight" %t0 : q8[4, 2]
            param "user.0.weight" %p1 : f32[2, 2] = stack("a", "b \"c\"")
            param "shift" %p2 : f32[2] = constant(-1.0000000031710769e-30, inf)

            scope "user tower"
              %v5 = embedding_bag(table = %t0, ids = %clicks.values, lengths = %clicks.lengths) {feature = "clicks", mode = "mean"} : user f32[U, 2]
              %v7 = linear(input = %v5, weight = %p1) : user f32[U, 2]
              %v8 = tile(rows = %v7, count = %batch_size) : f32[B, 2]
            scope "item"
              %v10 = binary(a = %age.values, b = %p2) {function = "minimum"} : f32[B, 2]
              %v11 = affine(input = %v10) {scale = -1e-30, shift = inf} : f32[B, 2]
              %v12 = concat(input = %v8, input = %v11) {axis = 1} : f32[B, 4]
              %v13 = reshape(input = %v12) {tail = [2, 2]} : f32[B, 2, 2]
              %v14 = reduce(input = %v13) {axis = 1, function = "sum", keep = false} : f32[B, 2]
            scope ""
              %v16 = binary(a = %v14, b = %late.values) {function = "add"} : f32[B, 2]

            output "score" %v16
            output "user" %v7

            """#
        #expect(GraphPrinter.print(try SampleGraph.towers()) == expected)
    }

    @Test(arguments: ["towers", "odd"]) func whatIsPrintedParsesBack(_ name: String) throws {
        let graph = name == "odd" ? try SampleGraph.odd() : try SampleGraph.towers()
        let text = GraphPrinter.print(graph)
        let parsed = try GraphParser.parse(text)
        #expect(GraphPrinter.print(parsed) == text)
        #expect(try GraphDocument.encode(parsed) == GraphDocument.encode(graph))
        #expect(parsed.name == graph.name)
        #expect(parsed.inputs.map(\.name) == graph.inputs.map(\.name))
        #expect(parsed.outputs.map(\.name) == graph.outputs.map(\.name))
        #expect(parsed.nodes.map(\.scope) == graph.nodes.map(\.scope))
        #expect(parsed.parameters.map(\.name) == graph.parameters.map(\.name))
        #expect(Set(parsed.values) == Set(graph.values))
        for (a, b) in zip(parsed.parameters, graph.parameters) {
            if case .constant(let found) = a.source, case .constant(let expected) = b.source {
                #expect(agree(floats([found.count], found), floats([expected.count], expected)))
                #expect(found.map(\.sign) == expected.map { $0.isNaN ? .plus : $0.sign })
            } else {
                #expect(a.source == b.source)
            }
        }
    }

    /// A symbol that looks like a number stays a symbol.
    @Test func symbolsAreNotNumbers() throws {
        var builder = GraphBuilder(name: "g")
        try builder.output("y", try builder.input("x", f32("8", 8, "-1", "007")))
        let text = GraphPrinter.print(try builder.build())
        #expect(text.contains(#"f32["8", 8, "-1", "007"]"#))
        let parsed = try GraphParser.parse(text)
        #expect(parsed.values.map(\.type) == [f32("8", 8, "-1", "007")])
    }
}
