import SlipwayCore

/// A value of a graph, by position in `Graph.values`.
public struct ValueID: Sendable, Hashable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
}

/// A named, typed value.
public struct Value: Sendable, Hashable {
    /// Unique in its graph.
    public let name: String
    public let type: ValueType

    package init(name: String, type: ValueType) {
        self.name = name
        self.type = type
    }
}

/// One operand of a node: the role the op gives it, and the value.
public struct Operand: Sendable, Hashable {
    public let role: String
    public let value: ValueID

    public init(_ role: String, _ value: ValueID) {
        self.role = role
        self.value = value
    }
}

/// One step of a graph.
public struct Node: Sendable {
    public let operation: any Operation
    public let operands: [Operand]
    public let results: [ValueID]
    /// The module this step came from, such as `towers.user.mlp.0`; for people, not for meaning.
    public let scope: String

    package init(operation: any Operation, operands: [Operand], results: [ValueID], scope: String) {
        self.operation = operation
        self.operands = operands
        self.results = results
        self.scope = scope
    }

    public var operationName: String { type(of: operation).name }

    public func operand(_ role: String) -> ValueID? { operands.first { $0.role == role }?.value }
    public func operands(_ role: String) -> [ValueID] { operands.filter { $0.role == role }.map(\.value) }
}

/// A trained constant of the graph: a dense weight, or an embedding table when `isTable`.
public struct Parameter: Sendable, Hashable {
    /// The name in the checkpoint and in the package.
    public let name: String
    public let value: ValueID
    public let isTable: Bool
    /// How the stored tensor comes from the checkpoint: plain name, or a rule.
    public let source: ParameterSource

    package init(name: String, value: ValueID, isTable: Bool, source: ParameterSource) {
        self.name = name
        self.value = value
        self.isTable = isTable
        self.source = source
    }
}

/// Where a parameter's numbers are in a checkpoint.
public enum ParameterSource: Sendable, Hashable {
    /// One tensor of this name, of the parameter's shape.
    case tensor(String)
    /// Tensors of the same shape stacked along a new first dimension, in this order.
    case stack([String])
    /// No checkpoint tensor: a constant held by the graph, row-major.
    case constant([Float])
    /// Computed from these parameters when the package was written; which way, the graph before folding says.
    case derived([String])
}

/// A portable graph: a value, built once and never edited in place.
public struct Graph: Sendable {
    public let name: String
    public let values: [Value]
    /// Inputs by upstream's names, in order.
    public let inputs: [(name: String, value: ValueID)]
    public let parameters: [Parameter]
    /// In execution order.
    public let nodes: [Node]
    public let outputs: [(name: String, value: ValueID)]

    public init(
        name: String, values: [Value], inputs: [(name: String, value: ValueID)], parameters: [Parameter], nodes: [Node],
        outputs: [(name: String, value: ValueID)]
    ) {
        self.name = name
        self.values = values
        self.inputs = inputs
        self.parameters = parameters
        self.nodes = nodes
        self.outputs = outputs
    }

    public subscript(id: ValueID) -> Value { values[id.index] }
    public func type(_ id: ValueID) -> ValueType { values[id.index].type }

    public var tables: [Parameter] { parameters.filter(\.isTable) }
    public var denseParameters: [Parameter] { parameters.filter { !$0.isTable } }
}
