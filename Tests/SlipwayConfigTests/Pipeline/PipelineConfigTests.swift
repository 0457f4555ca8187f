import Foundation
import SlipwayCore
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
}
