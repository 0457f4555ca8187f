import SwiftProtobuf
import Testing

@testable import SlipwayConfig

@Suite struct ModelKindTests {
    @Test func coversTheSchema() {
        let members = SchemaTable.shared.message("ModelConfig").fields.filter { $0.oneof == "model" }
        #expect(members.map(\.name) == ModelKind.all.map(\.name))
    }

    @Test func readsTheKindThatIsSet() throws {
        for kind in ModelKind.all {
            let model = DynamicMessage(SchemaTable.shared.message("ModelConfig"))
            let field = try #require(model.schema.field(named: kind.name))
            _ = model.submessage(field, in: .shared)
            let config = try TzrecModelConfig(serializedBytes: WireWriter.bytes(of: model), partial: true)
            #expect(ModelKind(of: config) == kind)
            #expect(ModelKind(name: kind.name) == kind)
        }
        #expect(ModelKind(of: TzrecModelConfig()) == nil)
        #expect(ModelKind(name: "gpt") == nil)
    }

    @Test func knowsParts() {
        #expect(ExportPart.parts(of: .dssm) == [.user, .item])
        #expect(ExportPart.parts(of: .tdm) == [.embedding, .model])
        #expect(ExportPart.parts(of: .dlrm) == [.whole])
        #expect(ModelKind.mind.isMatch && !ModelKind.tdm.isMatch)
    }
}
