import SlipwayConfig
import SlipwayCore
import Testing

@testable import SlipwayModels

@Suite struct ModelCatalogueTests {
    @Test func kindsAreTheSchemas() {
        let kinds = ModelCatalogue.all.map { $0.kind }
        #expect(Set(kinds).count == kinds.count)
        #expect(Set(kinds) == Set(ModelKind.all.map(\.name)))
    }

    @Test func otherKindsAreRefusedByName() {
        let error = #expect(throws: SlipwayError.self) {
            try ModelCatalogue.isTrainingOnly("model.x", kind: "multi_towers")
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message == "models of kind multi_towers are not supported yet")
        #expect(error?.fix?.contains("multi_tower_din") == true)
    }
}
