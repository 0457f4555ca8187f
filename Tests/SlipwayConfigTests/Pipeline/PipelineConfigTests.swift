import Foundation
import SlipwayCore
import SwiftProtobuf
import Testing

@testable import SlipwayConfig

@Suite struct PipelineConfigTests {
    @Test(arguments: Goldens.fixtureCases)
    func readsAndPrintsUpstreamsConfigs(name: String) throws {
        let text = try Goldens.fixture("\(name)/pipeline.config")
        let (config, warnings) = try PipelineConfig.parse(text: text, fileName: name)
        #expect(warnings.isEmpty)
        #expect(try PipelineConfig.text(of: config) == text)
    }

    @Test(.enabled(if: Goldens.isPresent), arguments: Goldens.cases)
    func readsAndPrintsEveryGolden(name: String) throws {
        let text = try Goldens.text("\(name)/pipeline.config")
        let (config, warnings) = try PipelineConfig.load(path: Goldens.shared.path + "/\(name)/pipeline.config")
        #expect(warnings.isEmpty)
        #expect(try PipelineConfig.text(of: config) == text)
    }

    private func withFile<T>(_ name: String, _ text: String, _ body: (String) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try body(path)
    }

    @Test func readsJSONConfigs() throws {
        let text = try Goldens.fixture("dssm/pipeline.config")
        let config = try PipelineConfig.parse(text: text, fileName: "c").config
        try withFile("p.json", config.jsonString()) { path in
            let loaded = try PipelineConfig.load(path: path).config
            #expect(loaded == config)
        }
        try withFile("p.json", #"{"train_input_path": "a", "eval_input_path": "b", "what": 1}"#) { path in
            let error = #expect(throws: SlipwayError.self) { try PipelineConfig.load(path: path) }
            #expect(error?.message == "\(path): required field `model_dir` is missing")
        }
        try withFile("p.json", "{") { path in
            let error = #expect(throws: SlipwayError.self) { try PipelineConfig.load(path: path) }
            #expect(error?.code == .invalidConfig)
        }
    }

    @Test func namesFilesItCannotRead() throws {
        let missing = #expect(throws: SlipwayError.self) { try PipelineConfig.load(path: "/none/p.config") }
        #expect(missing?.code == .notFound && missing?.message == "pipeline config /none/p.config does not exist")
        let folder = #expect(throws: SlipwayError.self) { try PipelineConfig.load(path: "/") }
        #expect(folder?.message == "/ is no file")
        #expect(throws: SlipwayError.self) { try PipelineConfig.load(path: "/dev/zero") }
        let place = try withFile("p.config", "x: [") { path in
            let error = #expect(throws: SlipwayError.self) { try PipelineConfig.load(path: path) }
            return error?.message.hasPrefix("\(path):1:") == true
        }
        #expect(place)
    }

    @Test(arguments: [
        ("", TzrecFgMode.fgNone), ("fg_mode: FG_DAG", .fgDag), ("fg_encoded: true fg_mode: FG_DAG", .fgNone),
        ("fg_encoded: false", .fgDag), ("fg_encoded: false fg_threads: 0", .fgNormal),
    ])
    func resolvesTheFeatureGenerationMode(data: String, mode: TzrecFgMode) throws {
        let text = "train_input_path: '' eval_input_path: '' model_dir: '' data_config { \(data) }"
        let (config, warnings) = try PipelineConfig.parse(text: text, fileName: "c")
        #expect(config.dataConfig.hasFgMode && config.dataConfig.fgMode == mode)
        #expect(warnings.contains { $0.kind == .deprecated } == data.contains("fg_encoded"))
    }

    @Test func alwaysHasADataConfig() throws {
        let text = "train_input_path: '' eval_input_path: '' model_dir: ''"
        #expect(try PipelineConfig.parse(text: text, fileName: "c").config.hasDataConfig)
    }

    /// Feature inputs and the like may be missing; upstream reads such configs, and its examples leave them out.
    @Test func readsWithoutFieldsThatOnlyTheirUseNeeds() throws {
        let text = """
            train_input_path: '' eval_input_path: '' model_dir: ''
            feature_configs { raw_feature { feature_name: 'r' } }
            feature_configs { id_feature { feature_name: 'i' } }
            """
        #expect(try PipelineConfig.parse(text: text, fileName: "c").warnings.isEmpty)
    }
}
