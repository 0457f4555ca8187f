import SlipwayConfig
import SlipwayCore
public import SlipwayGraph

/// One exported piece of a model: most have one, two-tower models a `user` and an `item` part.
public struct ModelPart: Sendable {
    /// The folder upstream exports the part into; empty for a model of one piece.
    public let name: String
    public let graph: Graph
    /// What whoever exports the part should know about it.
    public let notes: [String]
    /// Parameters of feature groups that upstream builds and trains though the model reads nothing of them.
    public let unread: Set<String>

    public init(name: String, graph: Graph, notes: [String] = [], unread: Set<String> = []) {
        self.name = name
        self.graph = graph
        self.notes = notes
        self.unread = unread
    }
}

/// A model kind: one file under `Zoo/` and one line in `ModelCatalogue`.
public protocol RecommendationModel: SendableMetatype {
    /// The name of its field in `model_config`.
    static var kind: String { get }

    /// The graphs of all parts, outputs named as upstream names them.
    static func parts(_ context: ModelContext) throws -> [ModelPart]

    /// Whether checkpoints hold this parameter for training alone, so that no graph reads it; false unless the model says
    /// otherwise.
    static func isTrainingOnly(_ parameterName: String) -> Bool

    /// Why the kind cannot be exported with tiled user inputs; nil, as for most, when it can.
    static var tileRefusal: String? { get }
}

extension RecommendationModel {
    public static var tileRefusal: String? { nil }
    public static func isTrainingOnly(_ parameterName: String) -> Bool { false }
}

/// A model exported in one piece.
public protocol SinglePartModel: RecommendationModel {
    /// Adds the model's steps and outputs to `network`.
    static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws

    /// Width of the tables of WIDE groups; 4 unless the model's config says otherwise.
    static func wideEmbeddingDim(_ context: ModelContext) -> Int
}

extension SinglePartModel {
    public static func wideEmbeddingDim(_ context: ModelContext) -> Int { 4 }

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        var network = Network(name: kind)
        var inputs = EmbeddingGroup(context, wideEmbeddingDim: wideEmbeddingDim(context))
        try build(&network, &inputs, context)
        let unread = inputs.unreadParameters(beside: network, in: context.groups.map { $0.groupName })
        return [ModelPart(name: "", graph: try network.builder.build(), unread: unread)]
    }
}
