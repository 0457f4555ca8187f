import Foundation
import SlipwayCore
import SlipwayExport
import SlipwayPredict
import SlipwayTestSupport
import Testing

/// Damaged configs, checkpoints, packages and rows through whole exports and predictions in this process: each works or
/// throws a `SlipwayError` that is the input's fault, and leaves nothing behind. A trap ends the test run.
@Suite struct EndToEndFuzzTests {
    private static let mutants = Fuzz.count(60)

    private func export(_ example: DamagedExample) -> (any Error)? {
        let request = ExportRequest(
            pipelineConfigPath: example.folder.path("pipeline.config"), exportDirectory: example.folder.path("made"),
            editConfigJSON: #"{"model_dir": "\#(example.folder.path("ckpt"))"}"#, slipwayVersion: "0", createdAt: "")
        return failure { _ = try Exporter.run(request) }
    }

    private func predict(_ example: DamagedExample, _ rows: String = DamagedExample.rows) async -> (any Error)? {
        let request = PredictRequest(
            packagePath: example.folder.path("package"), inputPath: example.folder.path(rows),
            outputPath: example.folder.path("made"))
        do {
            _ = try await FilePredictor.run(request)
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ body: () throws -> Void) -> (any Error)? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    /// Checks one outcome, and that a failure left no new name in the folder.
    private func judge(_ failure: (any Error)?, _ example: DamagedExample, _ names: Set<String>, _ seed: UInt64) throws
        -> Bool
    {
        let now = Set(try FileManager.default.contentsOfDirectory(atPath: example.folder.url.path))
        guard let failure else {
            #expect(now == names.union(["made"]), "seed \(seed)")
            try example.remove("made")
            return true
        }
        #expect(now == names, "seed \(seed): \(failure)")
        #expect((failure as? SlipwayError)?.code.isUserFault == true, "seed \(seed): \(failure)")
        return false
    }

    private func names(_ example: DamagedExample) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: example.folder.url.path))
    }

    @Test func configs() throws {
        let example = try DamagedExample()
        let names = try names(example)
        let original = try example.bytes("pipeline.config")
        var accepted = 0
        for number in 0..<Self.mutants {
            let seed = Fuzz.seed(UInt64(number))
            var damage = ByteDamage(seed: seed)
            try example.write(damage.damage(original), to: "pipeline.config")
            if try judge(export(example), example, names, seed) { accepted += 1 }
        }
        Fuzz.report("configs exported", Self.mutants)
        #expect(accepted < Self.mutants)
    }

    @Test(arguments: [".metadata", "__0_0.distcp"])
    func checkpoints(file: String) throws {
        let example = try DamagedExample()
        let name = "\(DamagedExample.shards)/\(file)"
        let names = try names(example)
        let original = try example.bytes(name)
        for number in 0..<Self.mutants {
            let seed = Fuzz.seed(UInt64(number) &+ 10_000)
            var damage = ByteDamage(seed: seed)
            // Later bytes of a tensor file are mostly elements.
            let mutant = damage.damage(
                original, in: file == ".metadata" ? nil : 0..<4096, keepsLength: file != ".metadata")
            try example.write(mutant, to: name)
            _ = try judge(export(example), example, names, seed)
        }
        Fuzz.report("checkpoints exported: \(file)", Self.mutants)
    }

    /// The manifest is given the mutant's size, so that what is behind it is reached.
    @Test(arguments: ["manifest.json", "graph.json", "dense.safetensors", "tables.safetensors", "pipeline.config"])
    func packages(file: String) async throws {
        let example = try DamagedExample.exported()
        let names = try names(example)
        let original = try example.bytes("package/\(file)")
        let manifest = String(decoding: try example.bytes("package/manifest.json"), as: UTF8.self)
        let mutants = max(20, Self.mutants / 3)
        for number in 0..<mutants {
            let seed = Fuzz.seed(UInt64(number) &+ 20_000)
            var damage = ByteDamage(seed: seed)
            let header = file.hasSuffix(".safetensors") ? 0..<2048 : nil
            let mutant = damage.damage(original, in: header)
            try example.write(mutant, to: "package/\(file)")
            if file != "manifest.json" {
                let sized = manifest.replacing("\"bytes\" : \(original.count),", with: "\"bytes\" : \(mutant.count),")
                try example.write(Array(sized.utf8), to: "package/manifest.json")
            }
            let outcome = await predict(example)
            _ = try judge(outcome, example, names, seed)
        }
        Fuzz.report("packages scored with: \(file)", mutants)
    }

    @Test func parquet() async throws {
        let example = try DamagedExample.exported()
        let names = try names(example)
        let original = try example.bytes(DamagedExample.rows)
        for number in 0..<Self.mutants {
            let seed = Fuzz.seed(UInt64(number) &+ 30_000)
            var damage = ByteDamage(seed: seed)
            try example.write(damage.damage(original), to: DamagedExample.rows)
            let outcome = await predict(example)
            _ = try judge(outcome, example, names, seed)
        }
        Fuzz.report("Parquet files scored", Self.mutants)
    }

    /// Columns of text where numbers, lists or maps are expected.
    @Test(arguments: ["brand", "price", "tags", "interest", "profile", "click_seq__item_id", "buy_seq__price"])
    func cells(column: String) async throws {
        let example = try DamagedExample.exported()
        let cells = Array("12\u{3}-7\u{3}0:1.5\u{3};4;\u{1D}1e3,nan|inf é".utf8)
        let mutants = max(10, Self.mutants / 6)
        for number in 0..<mutants {
            let seed = Fuzz.seed(UInt64(number) &+ 40_000)
            var damage = ByteDamage(seed: seed)
            let texts = (0..<200).map { _ -> String? in
                let start = Int.random(in: 0..<cells.count, using: &damage)
                let cell = Array(cells[start..<min(cells.count, start + Int.random(in: 0...6, using: &damage))])
                // Valid UTF-8 is what a string column holds; repairing keeps it that.
                return Bool.random(using: &damage) ? String(decoding: damage.damage(cell), as: UTF8.self) : "3"
            }
            let rows = try example.writeRows([column: .string(texts)], to: "rows\(number)")
            let names = try names(example)
            let outcome = await predict(example, rows)
            _ = try judge(outcome, example, names, seed)
            try example.remove("rows\(number)")
        }
        Fuzz.report("files of damaged cells scored", mutants)
    }
}
