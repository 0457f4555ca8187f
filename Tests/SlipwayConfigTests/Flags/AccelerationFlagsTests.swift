import Foundation
import SlipwayCore
import Testing

@testable import SlipwayConfig

@Suite struct AccelerationFlagsTests {
    private func message(_ environment: [String: String]) -> String {
        do {
            _ = try AccelerationFlags(environment: environment)
            return "no error"
        } catch {
            return (error as? SlipwayError)?.message ?? "\(error)"
        }
    }

    @Test(
        arguments: [
            (nil, nil, TableDType.int8, TableDType.fp32), ("1", nil, .int8, .fp32), ("INT8", nil, .int8, .fp32),
            ("FP16", nil, .fp16, .fp32), ("FP32", nil, .fp32, .fp32), ("INT4", nil, .int4, .fp32),
            ("INT2", nil, .int2, .fp32),
            ("0", nil, .fp32, .fp32), ("0FF", nil, .fp32, .fp32), ("0", "0", .fp32, .fp32),
            ("INT4", "INT8", .int4, .int4),
            ("FP16", "BOGUS", .fp16, .fp16), (nil, "1", .int8, .int8), ("INT8", "0", .int8, .fp32),
        ] as [(String?, String?, TableDType, TableDType)])
    func resolvesTableFormats(emb: String?, sequence: String?, bags: TableDType, sequences: TableDType) throws {
        var environment: [String: String] = [:]
        environment["QUANT_EMB"] = emb
        environment["QUANT_EC_EMB"] = sequence
        let flags = try AccelerationFlags(environment: environment)
        #expect(flags.bagTableDType == bags)
        #expect(flags.sequenceTableDType == sequences)
        #expect(flags.quantizesSequenceTables == (sequence != nil && sequence != "0"))
        #expect(flags.quantizesBagTables == (emb?.hasPrefix("0") != true))
    }

    @Test func refusesUnknownFormats() {
        let known = ",available types: ['FP32', 'FP16', 'INT8', 'INT4', 'INT2']"
        #expect(message(["QUANT_EMB": "INT3"]) == "Unknown QUANT_EMB: INT3" + known)
        #expect(message(["QUANT_EMB": "int8"]) == "Unknown QUANT_EMB: int8" + known)
        #expect(message(["QUANT_EMB": ""]) == "Unknown QUANT_EMB: " + known)
        #expect(message(["QUANT_EMB": "0", "QUANT_EC_EMB": "INT8"]) == "Unknown QUANT_EMB: 0" + known)
        #expect(message(["QUANT_EC_EMB": ""]) == "QUANT_EC_EMB is set but empty")
    }

    @Test func readsTiles() throws {
        func flags(_ value: String) throws -> AccelerationFlags.InputTile {
            try AccelerationFlags(environment: ["INPUT_TILE": value]).inputTile
        }
        #expect(try flags("2") == .features)
        #expect(try flags("3") == .embeddings)
        #expect(try flags("30") == .embeddings)
        #expect(try flags("1") == .off)
        #expect(try flags("") == .off)
        #expect(try AccelerationFlags(environment: ["INPUT_TILE_3_ONLINE": "1"]).inputTile3Online)
    }

    @Test func readsBackends() throws {
        func aot(_ environment: [String: String]) throws -> AccelerationFlags.AheadOfTime {
            try AccelerationFlags(environment: environment).aheadOfTime
        }
        #expect(try aot(["ENABLE_AOT": "1"]) == .dense)
        #expect(try aot(["ENABLE_AOT": "2"]) == .unified)
        #expect(try aot(["ENABLE_AOT": "0"]) == .off)
        #expect(try aot(["UNIFIED_AOT": "1"]) == .unified)
        #expect(try aot(["ENABLE_AOT": "1", "UNIFIED_AOT": "1"]) == .unified)
        #expect(try AccelerationFlags(environment: ["ENABLE_TRT": "1"]).isTRT)
        #expect(try !AccelerationFlags(environment: ["ENABLE_TRT": "true"]).isTRT)
        #expect(try AccelerationFlags(environment: ["DEBUG_TRT": "1"]).isDebugTRT)
        #expect(try !AccelerationFlags(environment: ["USE_RTP": "10"]).usesRTP)
        #expect(try AccelerationFlags(environment: ["USE_RTP": "1"]).warnings.count == 1)
        #expect(
            try AccelerationFlags(environment: ["USE_RTP": "1", "USE_FARM_HASH_TO_BUCKETIZE": "true"]).warnings.isEmpty)
    }

    @Test func readsSizes() throws {
        let flags = try AccelerationFlags(environment: [:])
        #expect(flags.maxExportBatchSize == 512 && flags.trtMaxSequenceLength == 100 && flags.worldSize == 1)
        let set = try AccelerationFlags(environment: ["MAX_EXPORT_BATCH_SIZE": "64", "TRT_MAX_BATCH_SIZE": " 8 "])
        #expect(set.maxExportBatchSize == 8)
        #expect(message(["MAX_EXPORT_BATCH_SIZE": "many"]).hasPrefix("MAX_EXPORT_BATCH_SIZE must be a whole number"))
        #expect(message(["WORLD_SIZE": "0"]).hasPrefix("WORLD_SIZE must be"))
    }

    @Test func distributedEmbeddingFixesTheTile() throws {
        let flags = try AccelerationFlags(environment: [
            "USE_DISTRIBUTED_EMBEDDING": "1", "INPUT_TILE": "2", "DIST_QUANT": " int8 ", "ENABLE_AOT": "1",
        ])
        #expect(flags.inputTile == .embeddings && flags.quantizesDistributedTables && flags.warnings.count == 1)
        #expect(
            flags.modelAccEntries().map(\.key) == [
                "SPARSE_INT64", "INPUT_TILE", "DIST_QUANT", "ENABLE_AOT", "DISTRIBUTED_EMBEDDING",
            ])
        #expect(
            message(["USE_DISTRIBUTED_EMBEDDING": "1", "DIST_QUANT": "int4"]).contains("Unsupported DIST_QUANT: INT4"))
        #expect(message(["DIST_QUANT": "int4"]) == "no error")
    }

    @Test func writesModelAccAsUpstream() throws {
        let flags = try AccelerationFlags(environment: ["QUANT_EMB": "INT8", "QUANT_EC_EMB": "INT8", "HOME": "/"])
        let extra = try ModelAccEntry.parse(json: #"{"cand_seq_pk": "cand_seq", "on": true, "n": 1.50, "é": "é\n"}"#)
        #expect(
            flags.modelAccJSON(additional: extra) == """
                {
                    "SPARSE_INT64": "1",
                    "QUANT_EMB": "INT8",
                    "QUANT_EC_EMB": "INT8",
                    "cand_seq_pk": "cand_seq",
                    "on": true,
                    "n": 1.50,
                    "\\u00e9": "\\u00e9\\n"
                }
                """)
    }

    @Test func hstuKindsNeedTheCandidateKey() throws {
        #expect(throws: SlipwayError.self) { try AccelerationFlags.check(additional: [], for: .dlrmHSTU) }
        try AccelerationFlags.check(additional: [ModelAccEntry("cand_seq_pk", .text("c"))], for: .ultraHSTU)
        try AccelerationFlags.check(additional: [], for: .deepfm)
    }

    @Test(.enabled(if: Goldens.isPresent), arguments: Goldens.cases)
    func agreesWithEveryGolden(name: String) throws {
        struct Case: Decodable {
            struct Setting: Decodable { var env: [String: String] }
            var settings: [String: Setting]
        }
        let about = try JSONDecoder().decode(Case.self, from: Data(try Goldens.text("\(name)/case.json").utf8))
        for path in Goldens.exported("model_acc.json", in: name) {
            let setting = String(path.split(separator: "/")[0].dropFirst("export_".count))
            let environment = try #require(about.settings[setting]).env
            let text = try Goldens.text("\(name)/\(path)")
            let extra = text.contains("cand_seq_pk") ? [ModelAccEntry("cand_seq_pk", .text("cand_seq"))] : []
            let flags = try AccelerationFlags(environment: environment)
            #expect(flags.modelAccJSON(additional: extra) == text, "\(path)")
        }
    }
}
