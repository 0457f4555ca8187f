import Foundation
import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph
import SlipwayTestSupport
import Testing

/// Two tables, a dense feature, a deep tower of two layers, and a sum that goes around it.
enum InspectFixture {
    static let module = "model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags."

    static func graph() throws -> Graph {
        var builder = GraphBuilder(name: "small")
        builder.enter(scope: "embedding_group")
        let user = try bag(&builder, feature: "user", table: "user_emb", rows: 5, dtype: .q8, mode: .mean)
        let item = try bag(&builder, feature: "item", table: "item_emb", rows: 3, dtype: .f32, mode: .sum)
        let price = try builder.input("price.values", ValueType(.f32, [.batch, .fixed(1)]))
        let joined = try builder.add(Concat(axis: 1), [user, item, price].map { Operand("input", $0) })
        builder.leaveScope()
        builder.enter(scope: "deep_mlp.mlp.0.perceptron.0")
        let hidden = try linear(&builder, joined, "deep_mlp.0", [2, 5])
        builder.leaveScope()
        builder.enter(scope: "deep_mlp.mlp.1.perceptron.0")
        let deep = try linear(&builder, hidden, "deep_mlp.1", [2, 2])
        builder.leaveScope()
        let sum = try builder.add(Binary(.add), [Operand("a", deep), Operand("b", item)])
        builder.enter(scope: "output_mlp")
        let logits = try linear(&builder, sum, "output_mlp", [1, 2])
        builder.leaveScope()
        try builder.output("logits", logits)
        try builder.output("item_vector", item)
        return try builder.build()
    }

    private static func bag(
        _ builder: inout GraphBuilder, feature: String, table: String, rows: Int, dtype: DType, mode: PoolingMode
    ) throws -> ValueID {
        let ids = try builder.input("\(feature).values", ValueType(.i64, [.symbol("N:\(feature)")]))
        let lengths = try builder.input("\(feature).lengths", ValueType(.i32, [.batch]))
        let stored = try builder.table("\(module)\(table).weight", rows: rows, width: 2, dtype: dtype)
        return try builder.add(
            EmbeddingBag(mode: mode, feature: feature),
            [Operand("table", stored), Operand("ids", ids), Operand("lengths", lengths)])
    }

    private static func linear(
        _ builder: inout GraphBuilder, _ input: ValueID, _ name: String, _ shape: [Int]
    ) throws -> ValueID {
        let weight = try builder.parameter("model.\(name).weight", shape: shape)
        return try builder.add(Linear(), [Operand("input", input), Operand("weight", weight)])
    }

    /// The package of `graph()`, all weights zero.
    static func writePackage(to directory: String, part: String = "", checkpoint: String = "ckpt/model.ckpt-29") throws
    {
        let graph = try graph()
        let writer = try PackageWriter(directory: directory)
        try writer.add(PackageFiles.graph, bytes: try GraphDocument.encode(graph))
        try writer.add(PackageFiles.graphText, bytes: Array(GraphPrinter.print(graph).utf8))
        let dense: [(String, String, [Int], Int)] = [
            ("model.deep_mlp.0.weight", "F32", [2, 5], 40), ("model.deep_mlp.1.weight", "F32", [2, 2], 16),
            ("model.output_mlp.weight", "F32", [1, 2], 8),
        ]
        let tables: [(String, String, [Int], Int)] = [
            ("\(module)user_emb.weight", "U8", [5, 6], 30), ("\(module)item_emb.weight", "F32", [3, 2], 24),
        ]
        for (name, tensors) in [(PackageFiles.dense, dense), (PackageFiles.tables, tables)] {
            try writer.add(name) { path in
                let file = try SafeTensorsWriter(path: path, tensors: tensors)
                for tensor in tensors {
                    try [UInt8](repeating: 0, count: tensor.3).withUnsafeBytes { try file.append($0) }
                }
                try file.finish()
            }
        }
        var manifest = PackageManifest(
            slipwayVersion: "0.1.0", createdAt: "2026-01-02T03:04:05Z", modelKind: "deepfm", part: part,
            provenance: .init(checkpoint: checkpoint, step: 29, configSHA256: String(repeating: "ab", count: 32)),
            acceleration: ["QUANT_EMB": "INT8", "SPARSE_INT64": "1"], quantization: ["bag_tables": "f32,q8"],
            notes: ["a note"])
        manifest.tables = PackageManifest.tables(of: graph)
        manifest.inputs = PackageManifest.inputs(of: graph)
        manifest.outputs = PackageManifest.outputs(of: graph)
        try writer.finish(manifest)
    }

    /// A checkpoint folder at `name` whose tensors cannot be read: `.metadata` of a real training on two ranks (DeepFM,
    /// every table in two pieces), and files of the right length without content.
    static func writeCheckpoint(in folder: TemporaryFolder, _ name: String) throws {
        let metadata = Bundle.module.bundleURL.appendingPathComponent("Fixtures/two_rank.metadata")
        try folder.write(Array(try Data(contentsOf: metadata)), to: "\(name)/.metadata")
        try folder.write([UInt8](repeating: 0, count: 55005), to: "\(name)/__0_0.distcp")
        try folder.write([UInt8](repeating: 0, count: 66945), to: "\(name)/__1_0.distcp")
    }
}

/// The object that a report's JSON is.
func object(_ json: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
}

extension [String: Any] {
    func int(_ key: String) throws -> Int { try #require(self[key] as? Int) }
    func string(_ key: String) throws -> String { try #require(self[key] as? String) }
    func strings(_ key: String) throws -> [String] { try #require(self[key] as? [String]) }
    func object(_ key: String) throws -> [String: Any] { try #require(self[key] as? [String: Any]) }
    func objects(_ key: String) throws -> [[String: Any]] { try #require(self[key] as? [[String: Any]]) }
}
