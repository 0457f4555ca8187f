import Foundation
import SlipwayCore
import Testing

@testable import SlipwayConfig

@Suite struct ExportedTests {
    static let fixtures = [
        ("multi_tower", "exported", ExportPart.whole), ("dlrm_hstu", "exported", .whole),
        ("seq_multival", "exported", .whole), ("dssm", "exported_user", .user), ("dssm", "exported_item", .item),
        ("hstu_match", "exported_user", .user), ("hstu_match", "exported_item", .item),
        ("tdm", "exported_embedding", .embedding), ("tdm", "exported_model", .model),
    ]

    @Test(arguments: fixtures)
    func writesWhatUpstreamsExportWrites(name: String, file: String, part: ExportPart) throws {
        let text = try Goldens.fixture("\(name)/pipeline.config")
        let config = try PipelineConfig.parse(text: text, fileName: name).config
        let exported = try PipelineConfig.exported(config, part: part)
        #expect(try PipelineConfig.text(of: exported) == Goldens.fixture("\(name)/\(file).config"))
    }

    @Test(.enabled(if: Goldens.isPresent), arguments: Goldens.cases)
    func agreesWithEveryGoldenExport(name: String) throws {
        let config = try PipelineConfig.parse(
            text: Goldens.text("\(name)/pipeline.config"), fileName: name
        ).config
        for path in Goldens.exported("pipeline.config", in: name) {
            let folders = path.split(separator: "/")
            let part = folders.count == 3 ? ExportPart(rawValue: String(folders[1])) : .whole
            let exported = try PipelineConfig.exported(config, part: #require(part))
            #expect(try PipelineConfig.text(of: exported) == Goldens.text("\(name)/\(path)"), "\(path)")
        }
    }

    @Test func refusesAPartTheModelLacks() throws {
        let text = try Goldens.fixture("multi_tower/pipeline.config")
        let config = try PipelineConfig.parse(text: text, fileName: "c").config
        let error = #expect(throws: SlipwayError.self) { try PipelineConfig.exported(config, part: .user) }
        #expect(error?.description == "a multi_tower has no part user — parts: whole")
    }

    @Test func keepsASequenceKeyThatIsSet() throws {
        let text = try Goldens.fixture("seq_multival/pipeline.config")
            .replacingOccurrences(of: "    sequence_name:", with: "    sequence_pk: \"user:k\"\n    sequence_name:")
        let config = try PipelineConfig.parse(text: text, fileName: "c").config
        let exported = try PipelineConfig.exported(config)
        let keys = exported.featureConfigs.filter { $0.hasSequenceFeature }.map(\.sequenceFeature.sequencePk)
        #expect(!keys.isEmpty && keys.allSatisfy { $0 == "user:k" })
    }
}

extension TzrecFeatureConfig {
    fileprivate var hasSequenceFeature: Bool {
        if case .sequenceFeature = feature { return true }
        return false
    }
}
