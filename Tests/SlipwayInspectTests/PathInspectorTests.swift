import Foundation
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph
import SlipwayTestSupport
import Testing

@testable import SlipwayInspect

struct PathInspectorTests {
    @Test(arguments: ["gm.code", "graph.json", "other.name"])
    func aGraphFileOnItsOwn(name: String) throws {
        let folder = try TemporaryFolder()
        let graph = try InspectFixture.graph()
        let bytes = name == "graph.json" ? try GraphDocument.encode(graph) : Array(GraphPrinter.print(graph).utf8)
        let inspection = try Inspection.of(path: try folder.write(bytes, to: name), showsGraph: true)
        #expect(inspection.kind == .graph)
        let json = try object(try inspection.json())
        #expect(try json.string("name") == "small")
        #expect(try json.int("steps") == 7)
        #expect(
            try json.object("operations") as? [String: Int] == [
                "embedding_bag": 2, "concat": 1, "linear": 3, "binary": 1,
            ])
        #expect(try json.objects("tables").map { try $0.int("bytes") } == [30, 24])
        #expect(try json.string("graph") == GraphPrinter.print(graph))
        #expect(inspection.text().contains("graph   7 steps: linear 3, embedding_bag 2, binary 1, concat 1\n"))
    }

    @Test func aSafetensorsFile() throws {
        let folder = try TemporaryFolder()
        for name in ["w.safetensors", "blob"] {
            let path = "\(folder.path)/\(name)"
            let writer = try SafeTensorsWriter(
                path: path, tensors: [("m.embedding_bags.a.weight", "F16", [3, 2], 12), ("bias", "F32", [], 4)],
                metadata: ["made_by": "a test"])
            for count in [12, 4] { try [UInt8](repeating: 0, count: count).withUnsafeBytes { try writer.append($0) } }
            try writer.finish()
            let inspection = try Inspection.of(path: path)
            #expect(inspection.kind == .safetensors)
            let json = try object(try inspection.json())
            #expect(
                json.keys.sorted() == ["dense", "dense_totals", "kind", "metadata", "path", "table_totals", "tables"])
            #expect(try json.objects("tables").map { try $0.string("name") } == ["a"])
            #expect(try json.objects("dense").first?.string("name") == "bias")
            #expect(try json.object("dense_totals").int("bytes") == 4)
            #expect(inspection.text().contains("made_by  a test"))
        }
    }

    @Test func aManifestStandsForItsPackage() throws {
        let folder = try TemporaryFolder()
        try InspectFixture.writePackage(to: "\(folder.path)/export")
        #expect(try Inspection.of(path: "\(folder.path)/export/manifest.json").kind == .package)
    }

    @Test func whatCannotBeInspected() throws {
        let folder = try TemporaryFolder()
        let missing = try failure { try Inspection.of(path: "\(folder.path)/absent") }
        #expect(missing.code == .notFound)
        #expect(missing.message == "\(folder.path)/absent does not exist")
        let known =
            "name a package, an export, a model.ckpt-N folder, a model_dir, a graph (gm.code, graph.json) "
            + "or a safetensors file"
        #expect(missing.fix == known)

        let empty = try failure { try Inspection.of(path: folder.path) }
        #expect(empty.code == .unsupported)
        #expect(empty.message == "\(folder.path) holds nothing that can be inspected")

        let text = try failure { try Inspection.of(path: try folder.write("hello", to: "notes.txt")) }
        #expect(text.code == .unsupported)
        #expect(text.message.hasSuffix("notes.txt is nothing that can be inspected"))

        let code = try failure { try Inspection.of(path: try folder.write("class GraphModule", to: "gm.code")) }
        #expect(code.message.hasSuffix("gm.code is not a graph that slipway has written"))
        #expect(try failure { try Inspection.of(path: try folder.write("", to: "nothing")) }.code == .unsupported)

        let json = try failure { try Inspection.of(path: try folder.write("{}", to: "graph.json")) }
        #expect(json.code == .corrupt)
        #expect("\(json)".contains("in \(folder.path)/graph.json"))
        #expect(try failure { try Inspection.of(path: try folder.write("abc", to: "a.safetensors")) }.code == .corrupt)

        try folder.write("", to: "torch/pipeline.config")
        try folder.write("", to: "torch/model_acc.json")
        let export = try failure { try Inspection.of(path: "\(folder.path)/torch") }
        #expect(export.message.hasSuffix("has no manifest.json: it is no package that slipway has written"))
    }
}
