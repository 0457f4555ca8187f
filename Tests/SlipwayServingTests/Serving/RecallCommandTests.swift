import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

/// `slipway index`, `slipway hitrate` and `slipway tdm retrieval` as programs, with upstream's flags.
@Suite(.serialized)
struct RecallCommandTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path

    private func refused(_ arguments: [String]) throws -> (status: Int32, errors: String) {
        do {
            let output = try Program.run([Self.slipway] + arguments)
            Issue.record("\(arguments) gave \(output)")
            return (0, "")
        } catch let failure as Program.Failure {
            return (failure.status, failure.errors)
        }
    }

    /// Users whose items are those that numpy found at `places` of the nearest.
    private func users(_ folder: TemporaryFolder, _ places: Range<Int>) throws -> String {
        let expected = try RecallCase.expected()
        let rows = zip(expected.embeddings, expected.ids).enumerated().map { row, user in
            let ids = user.1[places].map(String.init).joined(separator: ",")
            return "\(row),\"\(ids)\",\"\(user.0.map { "\($0)" }.joined(separator: ","))\"\n"
        }
        return try folder.write(
            Array(("request_id,gt_items,user_tower_emb\n" + rows.joined()).utf8), to: "users-\(places.lowerBound).csv")
    }

    private func rate(_ arguments: [String]) throws -> Double? {
        let output = try Program.run([Self.slipway, "hitrate"] + arguments)
        return output.split(separator: " ").last.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    @Test func fromTowersToHitRate() throws {
        let towers = try RecallCase.towers()
        let embeddings = towers.folder.path("embeddings")
        let index = towers.folder.path("index")
        try Program.run([
            Self.slipway, "predict", "--scripted_model_path", "\(towers.export)/item", "--predict_input_path",
            "\(RecallCase.source)/dssm/data/items.parquet", "--predict_output_path", embeddings, "--reserved_columns",
            "item_id",
        ])
        let build = [
            "index", "--embedding_input_path", "\(embeddings)/*.parquet", "--id_field", "item_id", "--embedding_field",
            "item_tower_emb", "--index_output_dir", index, "--index_type", "IVFFlatIP", "--ivf_nlist", "6",
        ]
        try Program.run([Self.slipway] + build)
        #expect(try FileManager.default.contentsOfDirectory(atPath: index).sorted() == ["faiss_index", "id_mapping"])
        let common = ["--top_k", "3", "--ivf_nprobe", "6"]
        let nearest = try users(towers.folder, 0..<3)
        let next = try users(towers.folder, 3..<6)
        #expect(try rate(["--user_gt_input", nearest, "--index_dir", index] + common) == 1)
        #expect(try rate(["--user_gt_input", next, "--index_dir", index] + common) == 0)
        // Six of the nearest hold both; more than there are hold all.
        #expect(try rate(["--user_gt_input", next, "--index_dir", index, "--top_k", "6", "--ivf_nprobe", "6"]) == 1)
        #expect(try rate(["--user_gt_input", next, "--index_dir", index, "--top_k", "100000"]) == 1)
        let items = ["--item_embedding_input", "\(embeddings)/*.parquet", "--ivf_nlist", "6"]
        let total = towers.folder.path("total")
        #expect(try rate(["--user_gt_input", nearest, "--total_hitrate_output", total] + items + common) == 1)
        #expect(FileManager.default.fileExists(atPath: total))

        let again = try refused(build)
        #expect(again.errors.contains("\(index) has an index already") && again.errors.contains("--overwrite"))
        try Program.run([Self.slipway] + build + ["--overwrite"])
        let both = try refused(["hitrate", "--user_gt_input", nearest, "--index_dir", index] + items)
        #expect(both.errors.contains("pass either --item_embedding_input or --index_dir"))
        let missing = try refused(["hitrate", "--user_gt_input", nearest, "--index_dir", "\(index)/none"])
        #expect(missing.errors.contains("\(index)/none/faiss_index"), "\(missing.errors)")
    }

    @Test(arguments: [
        ("--index_type", "IVFPQ"), ("--ivf_nlist", "0"), ("--hnsw_M", "1"), ("--hnsw_M", "2000000000"),
        ("--threads", "0"), ("--threads", "1000000"), ("--batch_size", "0"), ("--reader_type", "OrcReader"),
    ])
    func badFlagsAreNamed(_ flag: String, _ value: String) throws {
        let folder = try TemporaryFolder()
        let items = try folder.write(Array("id,e\na,\"1,0\"\n".utf8), to: "items.csv")
        let result = try refused([
            "index", "--embedding_input_path", items, "--id_field", "id", "--embedding_field", "e",
            "--index_output_dir", folder.path("index"), flag, value,
        ])
        let word = ["--batch_size": "batch size", "--reader_type": "reader type OrcReader"][flag] ?? flag
        #expect([64, 65].contains(result.status) && result.errors.contains(word), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("index")))
    }

    @Test func treeOverFiles() throws {
        let tree = try RecallCase.tree()
        let output = tree.folder.path("found")
        let retrieval = [
            "tdm", "retrieval", "--scripted_model_path", "\(tree.export)/model", "--predict_input_path", tree.users,
            "--predict_output_path", output, "--reserved_columns", "user_id", "--recall_num", "30", "--n_cluster", "2",
        ]
        let told = try Program.run([Self.slipway] + retrieval)
        // 21 items are in the tree, and 30 are asked for: what is found is whether the item is in the tree.
        let batch = try #require(try RowReader(paths: tree.users, batchSize: 100).next())
        let own = try #require(batch["item_id"]?.integers()).map { "\($0 ?? -1)" }
        let lines = try String(contentsOfFile: "\(RecallCase.source)/tdm/tree/serving_tree", encoding: .utf8)
            .split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
        let leaves = Set(lines.filter { (Int($0[0]) ?? 0) >= 31 }.map { String($0[1]) })
        #expect(leaves.count == 21)
        let share = Double(own.count { leaves.contains($0) }) / Double(own.count)
        #expect(told.contains("Recall: \(share)"), "\(told)")
        let rows = try #require(try RowReader(paths: "\(output)/*.parquet", batchSize: 100).next())
        #expect(rows.names == ["user_id", "recall_ids"] && rows.rowCount == own.count)
        #expect(
            rows["recall_ids"].map { column in (0..<own.count).allSatisfy { column.range($0).count == 21 } } == true)

        let again = try refused(retrieval)
        #expect(again.errors.contains(output))
        let few = try refused(retrieval + ["--overwrite", "--recall_num", "0"])
        #expect(few.errors.contains("recall_num is 0"), "\(few)")
        let narrow = try refused(retrieval + ["--overwrite", "--n_cluster", "1"])
        #expect(narrow.errors.contains("--n_cluster 2 or more"), "\(narrow)")
        // What was there stays after a failed run.
        #expect(try RowReader(paths: "\(output)/*.parquet", batchSize: 100).next()?.rowCount == own.count)
    }
}
