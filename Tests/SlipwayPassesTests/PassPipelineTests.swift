import SlipwayPasses
import Testing

@Suite struct PassPipelineTests {
    @Test func stageNamesAreUnique() {
        #expect(Set(PassPipeline.names).count == PassPipeline.names.count)
        #expect(PassPipeline.names.first == "source")
        #expect(PassPipeline.names.contains("eliminate-common-subexpressions-2"))
    }
}
