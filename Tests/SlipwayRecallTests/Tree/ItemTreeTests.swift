import SlipwayCore
import SlipwayRecall
import SlipwayTestSupport
import Testing

@Suite struct ItemTreeTests {
    private func tree(_ text: String) throws -> ItemTree {
        try Array(text.utf8).withUnsafeBytes { try ItemTree(servingText: $0) }
    }

    /// Codes 0; 1 2; 3 4 6; 8 9 10 14: node 3 has one child, 5 is missing.
    static let text = "4 2\n0 r\n1 a\n2 b\n3 c\n4 d\n6 e\n8 w\n9 x\n10 y\n14 z\n"

    private func check(_ tree: ItemTree) {
        #expect(tree.count == 10 && tree.branching == 2)
        #expect((0..<10).map { tree.ids[$0] } == ["r", "a", "b", "c", "d", "e", "w", "x", "y", "z"])
        #expect(tree.levels == [0..<1, 1..<3, 3..<6, 6..<10])
        let children = (0..<10).map { tree.children($0).map { tree.ids[$0] }.joined() }
        #expect(children == ["ab", "cd", "e", "w", "xy", "z", "", "", "", ""])
    }

    @Test func readsTheServingTree() throws {
        check(try tree(Self.text))
        check(try tree(Self.text.replacing("\n", with: "\r\n")))
        let folder = try TemporaryFolder()
        check(try ItemTree(servingFile: try folder.write(Array(Self.text.dropLast().utf8), to: "serving_tree")))
        #expect(try tree("1 2\n0 only one\n").ids[0] == "only one")
    }

    @Test func readsTheEdges() throws {
        let folder = try TemporaryFolder()
        let header = "src_id:string\tdst_id:string\tweight:float\n"
        func edges(_ pairs: String) throws -> String {
            let lines = pairs.split(separator: " ").map { $0.replacing(">", with: "\t") + "\t1.0\n" }
            return try folder.write(Array((header + lines.joined()).utf8), to: "edges.txt")
        }
        let all = "-1>r r>a r>b a>c a>d b>e c>w d>x d>y e>z"
        check(try ItemTree(edgeTable: try edges(all), branching: 2))
        func error(_ pairs: String, _ branching: Int = 2) throws -> SlipwayError {
            let path = try edges(pairs)
            return try failure { try ItemTree(edgeTable: path, branching: branching) }
        }
        #expect(try error("r>a").message.contains("node -1 leads to 0 nodes"))
        #expect(try error("-1>r -1>a").message.contains("node -1 leads to 2 nodes"))
        #expect(try error(all + " c>x").message.contains("node x has two parents"))
        #expect(try error(all + " z>r").message.contains("node r has two parents"))
        #expect(try error(all + " r>q").fix == "pass --n_cluster 3 or more")
        #expect(try error(all, 1).code == .invalidArgument)
        #expect(try error("-1>r r").message.contains("line 3"))
    }

    @Test(arguments: [
        ("", "line 1"), ("4\n0 r\n", "line 1"), ("4 1\n0 r\n", "line 1"), ("65 2\n0 r\n", "line 1"),
        ("1 2\n", "not the root"), ("1 2\n1 a\n", "not the root"), ("1 2\n0 r\nx\n", "line 3 is no code and id"),
        ("2 2\n0 r\n1 a\n1 b\n", "line 4 has the code 1 after 1"), ("2 2\n0 r\n3 a\n", "node 3 has no parent"),
        ("3 2\n0 r\n1 a\n5 b\n", "node 5 has no parent"), ("3 2\n0 r\n1 a\n2 b\n", "says 3 levels, the nodes make 2"),
        ("2 2\n0 r\n9223372036854775807 b\n", "line 3 has the code"),
    ])
    func namesTheBadLine(_ text: String, _ expected: String) throws {
        let error = try failure { try tree(text) }
        #expect(error.code == .corrupt && error.message.contains(expected), "\(error)")
    }

    @Test func damageOnlyThrows() throws {
        let original = Array(Self.text.utf8)
        for seed in 0..<Fuzz.count(500) {
            var random = SeededRandom(seed: Fuzz.seed(UInt64(seed)))
            var bytes = original
            for _ in 0..<3 {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] = Array("0123456789 \n-x".utf8).randomElement(using: &random) ?? 0
            }
            do {
                let tree = try bytes.withUnsafeBytes { try ItemTree(servingText: $0) }
                #expect(tree.levels.reduce(0) { $0 + $1.count } == tree.count, "seed \(seed)")
            } catch { #expect(error is SlipwayError, "seed \(seed): \(error)") }
        }
        Fuzz.report("trees", Fuzz.count(500))
    }

    @Test func readsTheNodes() throws {
        let folder = try TemporaryFolder()
        let text = "id:int64\tweight:float\tfeature:string\n-1\t1.0\t-1,9,5,\n9\t1.0\t0,9,5,\n7\t1.0\t1,7,,red\n"
        let path = try folder.write(Array(text.utf8), to: "nodes.txt")
        func table(_ attributes: [String], _ types: [String: ColumnType] = [:], delimiter: String = ",") throws
            -> NodeTable
        {
            try NodeTable(path: path, idField: "item", attributes: attributes, delimiter: delimiter, types: types)
        }
        let rows = try table(["cate", "color"], ["item": .int32, "cate": .int64])
        #expect(rows.names == ["item", "cate", "color"] && rows.rowCount == 2)
        let batch = rows.batch(["item", "cate", "color"])
        #expect(try cells(#require(batch["item"])) == ["9", "7"] && cells(#require(batch["cate"])) == ["5", "null"])
        #expect(try cells(#require(batch["color"])) == ["null", "\"red\""])
        #expect(try table(["tree_level", "item", "cate", "color"]).names == rows.names)
        #expect(try failure { try table(["cate"]) }.message.contains("line 3 of \(path) has 4 attributes"))
        #expect(
            try failure { try table(["cate", "color"], ["color": .double]) }.message.contains("\"red\" is no number"))
        #expect(try failure { try table(["cate", "color"], delimiter: "") }.code == .invalidConfig)
    }
}
