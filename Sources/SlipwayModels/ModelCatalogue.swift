import SlipwayCore

/// Every model kind there is. Adding one is its file under `Zoo/` and one line here.
public enum ModelCatalogue {
    public static let all: [any RecommendationModel.Type] = [
        DAT.self,
        DBMTL.self,
        DLRM.self,
        DSSM.self,
        DSSMV2.self,
        DeepFM.self,
        MIND.self,
        MultiTower.self,
        MultiTowerDIN.self,
        SIDRQKMeans.self,
        SIDRQVAE.self,
        TDM.self,
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

    /// Whether a checkpoint of a model of `kind` holds the parameter for training only.
    public static func isTrainingOnly(_ parameterName: String, kind: String) -> Bool {
        all.first { $0.kind == kind }?.isTrainingOnly(parameterName) ?? false
    }
}
