import Foundation
import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct GraphDocumentTests {
    @Test(arguments: ["towers", "odd"]) func whatIsSavedLoads(_ name: String) throws {
        let graph = name == "odd" ? try SampleGraph.odd() : try SampleGraph.towers()
        let bytes = try GraphDocument.encode(graph)
        let loaded = try GraphDocument.decode(bytes)
        #expect(GraphPrinter.print(loaded) == GraphPrinter.print(graph))
        #expect(try GraphDocument.encode(loaded) == bytes)
    }

    private static let minimal =
        #"{"inputs":[{"name":"x","value":0}],"name":"g","nodes":[{"attributes":{"scale":{"float":0.5},"#
        + #""shift":{"float":"-inf"}},"op":"affine","operands":[{"name":"input","value":0}],"results":[1],"scope":"s"}],"#
        + #""outputs":[{"name":"y","value":1}],"parameters":[],"schema_version":1,"#
        + #""values":[{"dtype":"f32","name":"x","shape":["B",2],"side":"item"},"#
        + #"{"dtype":"f32","name":"v1","shape":["B",2],"side":"item"}]}"#

    private func error(_ text: String) -> SlipwayError? {
        #expect(throws: SlipwayError.self, "\(text)") { try GraphDocument.decode(Array(text.utf8)) }
    }

    @Test func theStoredFormIsStable() throws {
        var builder = GraphBuilder(name: "g")
        builder.enter(scope: "s")
        let input = try builder.input("x", f32("B", 2))
        try builder.output("y", try builder.add(Affine(scale: 0.5, shift: -.infinity), [Operand("input", input)]))
        let bytes = try GraphDocument.encode(try builder.build())
        #expect(String(decoding: bytes, as: UTF8.self) == Self.minimal)
        #expect(GraphPrinter.print(try GraphDocument.decode(Array(Self.minimal.utf8))).contains("shift = -inf"))
    }

    /// Positions are those of definition, so an input made late comes first.
    @Test func positionsDoNotDependOnTheOrderOfBuilding() throws {
        func graph(late: Bool) throws -> Graph {
            var builder = GraphBuilder(name: "g")
            let a = try builder.input("a", f32("B"))
            var b = try late ? a : builder.input("b", f32("B"))
            let c = try builder.parameter("w", shape: [1])
            if late { b = try builder.input("b", f32("B")) }
            try builder.output("y", a)
            try builder.output("z", b)
            try builder.output("w", c)
            return try builder.build()
        }
        #expect(try GraphDocument.encode(graph(late: true)) == GraphDocument.encode(graph(late: false)))
    }

    @Test func aNewerVersionIsRefused() {
        for text in [
            Self.minimal.replacing("\"schema_version\":1", with: "\"schema_version\":2"), #"{"schema_version":2}"#,
        ] {
            let found = error(text)
            #expect(found?.code == .unsupported)
            #expect(found?.message == "the graph has schema version 2; this version reads 1")
            #expect(found?.fix == "use a newer Slipway")
        }
        #expect(error(#"{"schema_version":0}"#)?.fix == "export the model again")
    }

    @Test(arguments: ["inputs", "name", "nodes", "outputs", "parameters", "schema_version", "values"])
    func aMissingKeyIsNamed(_ key: String) throws {
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(Self.minimal.utf8)) as? [String: Any])
        object[key] = nil
        let bytes = Array(try JSONSerialization.data(withJSONObject: object))
        let found = #expect(throws: SlipwayError.self) { try GraphDocument.decode(bytes) }
        #expect(found?.code == .corrupt)
        #expect(found?.message == "the graph is not readable: \(key) is missing")
    }

    @Test func errorsNameThePlace() {
        func message(_ old: String, _ new: String) -> String? { error(Self.minimal.replacing(old, with: new))?.message }
        #expect(message("\"op\":\"affine\",", "") == "the graph is not readable: nodes[0].op is missing")
        #expect(message("\"results\":[1]", "\"results\":[true]")?.contains("nodes[0].results[0]: ") == true)
        #expect(
            message("[\"B\",2],\"side\":\"item\"},", "[\"B\",null],\"side\":\"item\"},")?.contains("values[0].shape[1]")
                == true)
        #expect(message("\"f32\",\"name\":\"x\"", "\"f33\",\"name\":\"x\"") == "value x has dtype f33 and side item")
        #expect(message("\"affine\"", "\"levitate\"") == "there is no op called levitate")
        #expect(
            message("{\"float\":0.5}", "{\"float\":0.5,\"int\":1}")?.contains("nodes[0].attributes.scale: ") == true)
        #expect(message("{\"float\":0.5}", "{}")?.contains("nodes[0].attributes.scale: ") == true)
        #expect(message("[\"B\",2]", "[\"B\",-2]") == "graph g: %x has a negative size: f32[B, -2]")
        #expect(message("\"value\":1}", "\"value\":9}") == "graph g: output y is used before it is defined")
        #expect(message("}]}", "}]")?.hasPrefix("the graph is not readable: ") == true)
    }

    @Test func aFractionIsNoPosition() {
        let found = error(Self.minimal.replacing("\"results\":[1]", with: "\"results\":[1.5]"))
        #expect(found?.code == .corrupt)
    }

    @Test func aParameterHasOneSource() {
        for source in ["", #","tensor":"a","stack":["b"]"#] {
            let text =
                #"{"inputs":[],"name":"g","nodes":[],"outputs":[{"name":"y","value":0}],"parameters":[{"name":"w","#
                + #""table":false,"value":0\#(source)}],"schema_version":1,"#
                + #""values":[{"dtype":"f32","name":"p","shape":[1],"side":"item"}]}"#
            #expect(error(text)?.message == "parameter w must have one source")
        }
    }
}
