import Foundation
import SlipwayRecall

/// Files that stand beside the tests; `make_fixtures.py` wrote them with faiss's own Python package.
enum Fixture {
    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// What is nearest, by brute force in numpy.
    static func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(try bytes("expected.json")))
    }

    struct Expected: Decodable {
        struct Near: Decodable {
            let ids: [Int]
            let scores: [Float]
        }

        let top: Int
        let ids: [Int]
        let users: [[Float]]
        let near: [String: [Near]]
        let wanted: Int
        let hits: Int
        let hitsByRow: [Int]
        let across: [[Int]]
        let hitsAcross: Int
        let hitsEach: Int

        func near(_ metric: IndexType.Metric) -> [Near] { near[metric == .l2 ? "l2" : "ip"] ?? [] }
    }

    static func build(_ type: IndexType, file: String = "items.parquet", lists: Int = 6) -> IndexBuild {
        IndexBuild(
            items: RowSource(path: path(file), batchSize: 7), idField: "item_id", embeddingField: "item_tower_emb",
            layout: .init(type, listCount: lists), threads: 1)
    }
}
