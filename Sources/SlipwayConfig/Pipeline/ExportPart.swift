/// A part of a model that is exported on its own.
public enum ExportPart: String, Sendable, CaseIterable {
    /// The whole model, for kinds that export as one.
    case whole
    /// The user and item towers of match models, in folders of these names.
    case user
    case item
    /// TDM's item embedding and its scoring model, in folders of these names.
    case embedding
    case model

    /// The parts this kind of model exports as.
    public static func parts(of kind: ModelKind) -> [ExportPart] {
        switch kind {
        case .dssm, .dssmV2, .dat, .hstuMatch, .mind: return [.user, .item]
        case .tdm: return [.embedding, .model]
        default: return [.whole]
        }
    }
}
