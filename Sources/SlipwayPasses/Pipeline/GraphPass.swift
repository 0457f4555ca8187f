public import SlipwayGraph

/// One change of a graph that keeps what its outputs mean.
public protocol GraphPass: SendableMetatype {
    /// In kebab case: what `inspect --stage` calls it.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    /// By how much results may move; nil where every bit stays.
    static var rounding: String? { get }

    /// The changed graph and what was changed. Gives `graph` itself and no patches where there is nothing to do.
    static func run(_ graph: Graph) throws -> PassResult
}

/// One labelled edit.
public struct Patch: Sendable, Equatable, CustomStringConvertible {
    /// What was done, such as `split linear: 64 user columns, 40 item columns`.
    public let label: String
    /// The module it was done in.
    public let scope: String

    public var description: String { scope.isEmpty ? label : "\(label) in \(scope)" }
}

/// What a pass gives.
public struct PassResult: Sendable {
    public let graph: Graph
    public let patches: [Patch]

    public init(graph: Graph, patches: [Patch]) {
        self.graph = graph
        self.patches = patches
    }
}
