import SlipwayConfig
import SlipwayCore
import Testing

@testable import SlipwayModels

@Suite struct ModelCatalogueTests {
    @Test func kindsAreTheSchemas() {
        let kinds = ModelCatalogue.all.map { $0.kind }
        #expect(Set(kinds).count == kinds.count)
        for kind in kinds { #expect(ModelKind(name: kind) != nil, "\(kind) is no model of the schema") }
    }

    @Test func otherKindsAreRefusedByName() {
        let error = #expect(throws: SlipwayError.self) {
            try ModelCatalogue.isTrainingOnly("model.x", kind: "ultra_hstu")
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message == "models of kind ultra_hstu are not supported yet")
        #expect(error?.fix?.contains("multi_tower_din") == true)
    }
}
