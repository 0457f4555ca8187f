import Foundation
import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayInspect

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct ModelSVGTests {
    @Test func theSmallModel() throws {
        let graph = try InspectFixture.graph()
        let drawing = ModelDrawing.make(
            graph, title: "small", groups: [.init(name: "deep", features: ["user", "item", "price"])])
        #expect(
            drawing.boxes.map { "\($0.kind) \($0.title)" } == [
                "group deep", "module deep_mlp", "module add", "module output_mlp", "output logits",
                "output item_vector", "tables 1 table", "tables 1 table", "inputs 1 input",
            ])
        // item_emb goes to the group, around the tower into the sum, and out.
        let item = try #require(
            drawing.boxes.firstIndex { $0.rows.first?.cells == ["item_emb", "3 × 2", "f32", "24 B"] })
        let targets = drawing.flows.filter { $0.source == item }.flatMap(\.targets).map { drawing.boxes[$0].title }
        #expect(targets.sorted() == ["add", "deep", "item_vector"])
        #expect(drawing.flows.first { $0.source == item }?.label == "[B, 2]")
        let tower = try #require(drawing.boxes.first { $0.title == "deep_mlp" })
        #expect(tower.lines == ["linear ×2", "14 weights, 56 B"])
        #expect(
            tower.detail
                == "module deep_mlp\nsteps: linear ×2\nmodel.deep_mlp.0.weight: f32[2, 5]\nmodel.deep_mlp.1.weight: f32[2, 2]"
        )
        #expect(drawing.boxes[0].lines == ["3 features"])
        let svg = ModelSVG.text(of: [drawing])
        try check(
            svg, boxes: 9,
            names: ["deep", "deep_mlp", "user_emb", "item_emb", "logits", "item_vector", "price", "embedding tables"])
        #expect(
            svg
                == ModelSVG.text(of: [
                    ModelDrawing.make(
                        graph, title: "small", groups: [.init(name: "deep", features: ["user", "item", "price"])])
                ]))
    }

    @Test func withoutAConfigGroupsHaveNoName() throws {
        let drawing = ModelDrawing.make(try InspectFixture.graph(), title: "small")
        #expect(drawing.boxes.first { $0.kind == .group }?.title == "feature group")
    }

    /// Groups whose features go to the modules one by one have no step; the config still makes them boxes.
    @Test func aGroupWithoutAStep() throws {
        var builder = GraphBuilder(name: "m")
        let a = try builder.input("a.values", ValueType(.f32, [.batch, .fixed(1)]))
        let b = try builder.input("b.values", ValueType(.f32, [.batch, .fixed(1)]))
        builder.enter(scope: "cross")
        let sum = try builder.add(Binary(.add), [Operand("a", a), Operand("b", b)])
        try builder.output("y", sum)
        let drawing = ModelDrawing.make(
            try builder.build(), title: "m",
            groups: [.init(name: "fm", features: ["a", "b"]), .init(name: "other", features: ["c"])])
        #expect(drawing.boxes.map(\.title) == ["cross", "y", "fm", "2 inputs"])
        #expect(drawing.flows.map { [$0.source] + $0.targets } == [[0, 1], [2, 0], [3, 2]])
        try check(ModelSVG.text(of: [drawing]), boxes: 4, names: ["fm", "cross", "y", "a", "b"])
    }

    @Test func hostileNames() throws {
        var builder = GraphBuilder(name: "m")
        let name = "</text><script>alert(\"1\")</script>&amp;'\u{0}\u{1B}[31m\u{202E}\u{FFFE}\u{FFFF}\n好"
        let long = String(repeating: "W", count: 5000)
        let input = try builder.input("\(name).values", ValueType(.f32, [.symbol(name), .fixed(1)]))
        builder.enter(scope: "\(name).\(long)")
        let value = try builder.add(Unary(.relu), [Operand("input", input)])
        try builder.output(name, value)
        try builder.output(long, value)
        let svg = ModelSVG.text(of: [ModelDrawing.make(try builder.build(), title: name)])
        #expect(!svg.contains("<script"))
        try check(svg, boxes: 4, names: [])
    }

    @Test func anEmptyModel() throws {
        let graph = Graph(name: "none", values: [], inputs: [], parameters: [], nodes: [], outputs: [])
        try check(ModelSVG.text(of: [ModelDrawing.make(graph, title: "")]), boxes: 0, names: [])
    }

    /// Both sides of a request have lines of their own colour.
    @Test func sides() throws {
        var builder = GraphBuilder(name: "m")
        let user = try builder.input("u.values", ValueType(.f32, [.user, .fixed(3)], side: .user))
        builder.enter(scope: "tower")
        let hidden = try builder.add(Unary(.relu), [Operand("input", user)])
        try builder.output("y", hidden)
        let svg = ModelSVG.text(of: [ModelDrawing.make(try builder.build(), title: "m")])
        #expect(svg.contains("stroke=\"\(SVGPalette.line(isUserSide: true))\" data-from"))
        #expect(!svg.contains("stroke=\"\(SVGPalette.line(isUserSide: false))\" data-from"))
        #expect(svg.contains(">[U, 3]</text>"))
    }

    /// Made-up models of many shapes: whatever the graph, boxes keep apart, lines join boxes, and nothing runs out.
    @Test(arguments: 0..<12) func madeUpModels(_ seed: UInt64) throws {
        let graph = try MadeUpModel(seed: seed).graph()
        let drawing = ModelDrawing.make(graph, title: "made up \(seed)")
        let svg = ModelSVG.text(of: [drawing, drawing])
        try check(
            svg, boxes: 2 * drawing.boxes.count,
            names: graph.outputs.map(\.name) + graph.tables.map { TableName($0.name).short })
        #expect(svg == ModelSVG.text(of: [ModelDrawing.make(graph, title: "made up \(seed)"), drawing]))
    }

    /// Reads the file as XML and measures it.
    private func check(_ svg: String, boxes: Int, names: [String], _ place: SourceLocation = #_sourceLocation) throws {
        let reading = try DrawnSVG(svg)
        #expect(reading.boxes.count == boxes, sourceLocation: place)
        #expect(reading.overlaps == [], "boxes overlap", sourceLocation: place)
        #expect(reading.looseLines == [], "lines that end nowhere", sourceLocation: place)
        #expect(reading.crossedBoxes == [], "lines that cross a box", sourceLocation: place)
        #expect(reading.overflowing == [], "text out of its box", sourceLocation: place)
        #expect(reading.isInside, "something is outside the picture", sourceLocation: place)
        for name in names {
            #expect(reading.texts.contains { $0.hasPrefix(name) }, "\(name) is missing", sourceLocation: place)
        }
    }
}
