import SlipwayCore

/// Every model kind there is. Adding one is its file under `Zoo/` and one line here.
public enum ModelCatalogue {
    public static let all: [any RecommendationModel.Type] = [
        DBMTL.self,
        DLRM.self,
        DeepFM.self,
        MultiTower.self,
        MultiTowerDIN.self,
        WideAndDeep.self,
    ]

    /// The graphs of the model that `context` configures. Throws `unsupported` naming a kind that is not in the catalogue.
    public static func parts(_ context: ModelContext, kind: String) throws -> [ModelPart] {
        guard let model = all.first(where: { $0.kind == kind }) else {
            throw SlipwayError(
                .unsupported, "models of kind \(kind) are not supported yet",
                fix: "supported are \(all.map { $0.kind }.joined(separator: ", "))")
        }
        return try withContext("in model \(kind)") { try model.parts(context) }
    }
}
