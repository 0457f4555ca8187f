import Foundation
import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph
import Testing

/// Two embedding bags (one plain, one quantized), a concat and a linear layer.
enum ArtifactFixture {
    static let manifest = PackageManifest(
        slipwayVersion: "0.1.0", createdAt: "2026-01-02T03:04:05Z", modelKind: "deepfm",
        provenance: .init(checkpoint: "ckpt/model.ckpt-29", step: 29, configSHA256: String(repeating: "ab", count: 32)),
        acceleration: ["QUANT_EMB": "INT8", "SPARSE_INT64": "1"], quantization: ["embedding_bag": "q8"],
        notes: ["weights of feature price are ignored, as upstream does"])

    static func graph() throws -> Graph {
        var builder = GraphBuilder(name: "small")
        var rows: [ValueID] = []
        for (feature, table, dtype) in [("plain", "emb.a", DType.f32), ("packed", "emb.b", .q8)] {
            let ids = try builder.input("\(feature).values", ValueType(.i64, [.symbol("N:\(feature)")]))
            let lengths = try builder.input("\(feature).lengths", ValueType(.i32, [.batch]))
            let parameter = try builder.table(table, rows: 3, width: 2, dtype: dtype)
            rows.append(
                try builder.add(
                    EmbeddingBag(mode: .sum, feature: feature),
                    [Operand("table", parameter), Operand("ids", ids), Operand("lengths", lengths)]))
        }
        let joined = try builder.add(Concat(axis: 1), rows.map { Operand("input", $0) })
        let weight = try builder.parameter("out.weight", shape: [1, 4])
        let bias = try builder.parameter("out.bias", shape: [1], source: .constant([0.5]))
        let logits = try builder.add(
            Linear(), [Operand("input", joined), Operand("weight", weight), Operand("bias", bias)])
        try builder.output("logits", logits)
        return try builder.build()
    }

    /// Rows (0, 1), (2, 3), (4, 5) in float32.
    static let plainRows: [UInt8] = (0..<6).flatMap { value in withUnsafeBytes(of: Float(value)) { Array($0) } }
    /// Scale 1 (0x3C00), bias 0, codes 0…5.
    static let packedRows: [UInt8] = [
        0x00, 0x3C, 0, 0, 0, 1,
        0x00, 0x3C, 0, 0, 2, 3,
        0x00, 0x3C, 0, 0, 4, 5,
    ]

    static func write(to directory: String, manifest: PackageManifest = Self.manifest) throws {
        let writer = try PackageWriter(directory: directory)
        let graph = try graph()
        try writer.add(PackageFiles.pipelineConfig, bytes: Array("model_config {}\n".utf8))
        try writer.add(PackageFiles.featureConfig, bytes: Array("{}".utf8))
        try writer.add(PackageFiles.accelerationFlags, bytes: Array("{}".utf8))
        try writer.add(PackageFiles.graphText, bytes: Array(GraphPrinter.print(graph).utf8))
        try writer.add(PackageFiles.graph, bytes: try GraphDocument.encode(graph))
        try writer.add(PackageFiles.dense) { path in
            let file = try SafeTensorsWriter(path: path, tensors: [("out.weight", "F32", [1, 4], 16)])
            try [Float](arrayLiteral: 1, -1, 2, -2).withUnsafeBytes { try file.append($0) }
            try file.finish()
        }
        try writer.add(PackageFiles.tables) { path in
            let file = try SafeTensorsWriter(
                path: path, tensors: [("emb.a", "F32", [3, 2], 24), ("emb.b", "U8", [3, 6], 18)])
            try plainRows.withUnsafeBytes { try file.append($0) }
            try packedRows.withUnsafeBytes { try file.append($0) }
            try file.finish()
        }
        try writer.add("assets/vocab.txt", bytes: Array("a\nb\n".utf8))
        var manifest = manifest
        if manifest.tables.isEmpty { manifest.tables = PackageManifest.tables(of: graph) }
        manifest.inputs = PackageManifest.inputs(of: graph)
        manifest.outputs = PackageManifest.outputs(of: graph)
        try writer.finish(manifest)
    }
}

func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func put(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
