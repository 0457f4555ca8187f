import SlipwayCore

/// Every model kind there is. Adding one is its file under `Zoo/` and one line here.
public enum ModelCatalogue {
    public static let all: [any RecommendationModel.Type] = [
        DAT.self,
        DBMTL.self,
        DC2VR.self,
        DCNV1.self,
        DCNV2.self,
        DLRM.self,
        DLRMHSTU.self,
        DSSM.self,
        DSSMV2.self,
        DeepFM.self,
        HSTUMatch.self,
        MIND.self,
        MMoE.self,
        MaskNet.self,
        MultiTower.self,
        MultiTowerDIN.self,
        PEPNet.self,
        PLE.self,
        RocketLaunching.self,
        SIDRQKMeans.self,
        SIDRQVAE.self,
        SimpleMultiTask.self,
        TDM.self,
        UltraHSTU.self,
        WideAndDeep.self,
        WuKong.self,
        XDeepFM.self,
    ]

    /// The graphs of the model that `context` configures; with tiled user inputs, of a kind that `checkTile` allows. Throws
    /// `unsupported` naming a kind that is not in the catalogue.
    public static func parts(_ context: ModelContext, kind: String) throws -> [ModelPart] {
        let model = try model(kind)
        return try withContext("in model \(kind)") { try model.parts(context) }
    }

    /// Whether checkpoints of models of `kind` hold `parameterName` for training alone. Throws `unsupported` for an unknown
    /// kind.
    public static func isTrainingOnly(_ parameterName: String, kind: String) throws -> Bool {
        try Network.isDropoutWidths(parameterName) || model(kind).isTrainingOnly(parameterName)
    }

    /// Throws `unsupported` with the reason when models of `kind` cannot be exported with tiled user inputs.
    public static func checkTile(kind: String) throws {
        guard let reason = try model(kind).tileRefusal else { return }
        throw SlipwayError(.unsupported, "INPUT_TILE is set, but \(reason)", fix: "unset INPUT_TILE")
    }

    private static func model(_ kind: String) throws -> any RecommendationModel.Type {
        guard let model = all.first(where: { $0.kind == kind }) else {
            throw SlipwayError(
                .unsupported, "models of kind \(kind) are not supported yet",
                fix: "supported are \(all.map { $0.kind }.joined(separator: ", "))")
        }
        return model
    }
}
