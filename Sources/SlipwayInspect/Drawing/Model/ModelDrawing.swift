public import SlipwayGraph

/// What a picture of a model shows: boxes and what flows between them, before anything has a place.
///
/// Steps of a graph are gathered by the module they came from, so that a model of hundreds of steps is a few dozen boxes:
/// embedding tables and dense features on top, feature groups, modules, outputs at the end. The boxes form no cycle.
public struct ModelDrawing: Sendable {
    /// A group of the config's `feature_groups`; sequence groups stand for themselves.
    public struct Group: Sendable {
        public let name: String
        public let features: [String]

        public init(name: String, features: [String]) {
            self.name = name
            self.features = features
        }
    }

    enum Kind: String, Sendable, CaseIterable {
        case tables, inputs, group, module, output

        var legend: String {
            switch self {
            case .tables: return "embedding tables"
            case .inputs: return "dense and other inputs"
            case .group: return "feature group"
            case .module: return "module"
            case .output: return "output"
            }
        }
    }

    struct Box: Sendable {
        let kind: Kind
        let title: String
        /// Lines under the title.
        var lines: [String] = []
        /// Rows of aligned cells under the lines: tables or inputs, one each.
        var rows: [Row] = []
        /// What hovering shows.
        var detail = ""
    }

    struct Row: Sendable {
        let cells: [String]
        let detail: String
    }

    /// Values that leave one box together, and the boxes that read them.
    struct Flow: Sendable {
        let source: Int
        let label: String
        let isUserSide: Bool
        let detail: String
        var targets: [Int]
    }

    let title: String
    let subtitle: String
    let boxes: [Box]
    let flows: [Flow]

    /// The drawing of `graph`.
    ///
    /// - Parameters:
    ///   - title: the heading, such as the model's kind and part.
    ///   - groups: the config's feature groups, which name the boxes of the embedding group; none when there is no config.
    public static func make(_ graph: Graph, title: String, groups: [Group] = []) -> ModelDrawing {
        DrawingBuilder(graph, groups: groups).drawing(title: title)
    }
}
