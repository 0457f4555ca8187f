import Foundation
import SlipwayCore
import SlipwayData
import SlipwayExport
import SlipwayItems
import SlipwayOnline
import SlipwayPredict
import SlipwayProtocol
import SlipwayTestSupport
import Synchronization
import Testing

/// The bundled example with feature generation: the same rows through files and through requests.
struct FeatureGenerationTests {
    /// Exports the example as a model that reads raw rows.
    func export(to folder: TemporaryFolder, _ environment: [String: String]) throws -> String {
        let example = URL(fileURLWithPath: ExamplePackage.dataPath).deletingLastPathComponent()
            .deletingLastPathComponent().path
        let work = folder.path("work")
        try? FileManager.default.removeItem(atPath: work)
        try FileManager.default.copyItem(atPath: example, toPath: work)
        var text = try String(contentsOfFile: "\(work)/pipeline.config", encoding: .utf8)
        text = text.replacing("fg_mode: FG_NONE", with: "fg_mode: FG_DAG")
            .replacing("fg_encoded_default_value:", with: "default_value:")
        try text.write(toFile: "\(work)/pipeline.config", atomically: true, encoding: .utf8)
        let checkpoint = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "\(work)/ckpt").first { $0.hasPrefix("model.ckpt-") })
        let path = folder.path("package-\(environment.count)")
        _ = try Exporter.run(
            ExportRequest(
                pipelineConfigPath: "\(work)/pipeline.config", checkpointPath: "\(work)/ckpt/\(checkpoint)",
                exportDirectory: path, environment: environment, slipwayVersion: "test",
                createdAt: "2026-01-01T00:00:00Z")
        ) { _ in }
        return path
    }

    @Test func onlineEqualsOffline() async throws {
        let folder = try TemporaryFolder()
        let package = try export(to: folder, [:])
        _ = try await FilePredictor.run(
            PredictRequest(packagePath: package, inputPath: ExamplePackage.dataPath, outputPath: folder.path("out")))
        let reader = try RowReader(paths: folder.path("out/part-0.parquet"), columns: ["probs"], batchSize: 10_000)
        let batch = try #require(try reader.next())
        let scores = try #require(batch.columns[0].doubles())
        let offline = scores.map { $0 ?? .nan }
        #expect(offline.count == 200)
        let model = try ScoringModel(name: "m", path: package)
        #expect(model.featureMode == .normal)
        let example = try ExamplePackage.shared.get()
        let session = ScoringSession(model)
        for range in [0..<1, 1..<70, 70..<200] {
            let request = session.request(0)
            try example.request(range).withUnsafeBytes { try session.prepare($0, items: nil, into: request) }
            try session.run(1)
            let probs = try #require(request.floats("probs"))
            #expect((zip(probs, offline[range]).map { abs(Double($0) - $1) }.max() ?? 1) <= 2e-6)
        }
    }

    /// Tiled, and with item features made at load.
    @Test func itemFeaturesAreGeneratedOnce() throws {
        let folder = try TemporaryFolder()
        let package = try export(to: folder, ["INPUT_TILE": "3"])
        var options = ScoringOptions()
        options.hasItems = true
        let model = try ScoringModel(name: "m", path: package, options: options)
        let example = try ExamplePackage.shared.get()
        try example.writeItems(0..<50, to: folder.path("items.parquet"))
        let table = try model.loadItems(FileItemSource(path: folder.path("items.parquet")), key: "id", limitBytes: nil)
        #expect(table.slots.contains { $0.name == "item_id.values" })
        #expect(!table.slots.contains { $0.name == "user_id.values" })
        let session = ScoringSession(model)
        func probs(_ body: [UInt8], _ items: ItemTable?) throws -> [Float] {
            try body.withUnsafeBytes { try session.prepare($0, items: items, into: session.request(0)) }
            try session.run(1)
            return session.request(0).floats("probs") ?? []
        }
        let joined = try probs(example.request(user: 3, candidates: [4, 9, 4], withItems: false), table)
        let supplied = try probs(example.request(user: 3, candidates: [4, 9, 4]), nil)
        #expect(joined.count == 3)
        #expect(joined == supplied)
        let missing = try probs(example.request(user: 3, candidates: [4], withItems: false, ids: ["nobody"]), table)
        #expect(missing == [0])
    }

    /// Text that is no number is the feature's default; a type that the feature cannot take makes its item unknown. Whether its
    /// features are made ahead or with the request, its neighbours are as they were.
    @Test(arguments: [true, false]) func damagedItemsHarmNobody(_ isAhead: Bool) throws {
        let folder = try TemporaryFolder()
        let package = try export(to: folder, ["INPUT_TILE": "3"])
        var options = ScoringOptions()
        options.hasItems = isAhead
        options.itemEmptyScore = -5
        let model = try ScoringModel(name: "m", path: package, options: options)
        let store = ScriptedItemStore()
        let good = [
            "item_id": "7", "cate_id": "3", "brand": "2", "price": "0.5", "item_vec": "0.1\u{1d}0.2\u{1d}0.3\u{1d}0.4",
        ]
        store.state.withLock { state in
            state.items["good"] = good
            state.items["bad"] = good.merging(["price": "much", "item_vec": "0.1\u{1d}x"]) { $1 }
        }
        let failures = Mutex<[String: Int]>([:])
        var events = RemoteItemEvents()
        events.failed = { kind, count in failures.withLock { $0[kind, default: 0] += count } }
        var policy = RemoteItemPolicy()
        policy.limitBytes = 1 << 20
        let table = try model.remoteItems(store, policy: policy, events: events)
        let session = ScoringSession(model)
        func probs(_ ids: [String]) throws -> [Float] {
            let body = try ExamplePackage.shared.get().request(
                user: 3, candidates: ids.indices.map { $0 }, withItems: false, ids: ids)
            try body.withUnsafeBytes { try session.prepare($0, items: table, into: session.request(0)) }
            try session.run(1)
            return session.request(0).floats("probs") ?? []
        }
        let alone = try probs(["good"])
        let together = try probs(["bad", "good", "nobody"])
        #expect(alone != [-5] && together[0].isFinite && together[1...] == [alone[0], -5])
        #expect(store.asked.count == 2)
        // With types of their own the same values are not values at all.
        store.state.withLock {
            $0.generation.number += 1
            $0.generation.types = ["price": .double, "item_vec": .list(.float)]
            $0.items["good"]?["item_vec"] = "[0.1,0.2,0.3,0.4]"
            $0.items["typed"] = good.merging(["price": "much", "item_vec": "[0.1"]) { $1 }
        }
        let typed = try probs(["typed", "good"])
        #expect(typed[0].isFinite && abs(typed[1] - alone[0]) <= 2e-6, "\(typed) after \(alone)")
        #expect(failures.withLock { $0["value"] ?? 0 } >= 2)
        // Types that the feature cannot take.
        store.state.withLock {
            $0.generation.number += 1
            $0.generation.types = ["price": .map(key: .string, value: .list(.string)), "item_id": .list(.list(.int64))]
            $0.items["strange"] = good.merging(["price": #"{"a":["b"]}"#, "item_id": "[[1,2],[3]]"]) { $1 }
        }
        #expect(try probs(["strange", "good"]).allSatisfy(\.isFinite))
    }
}
