package import SlipwayArtifact
package import SlipwayCheckpoint
package import SlipwayConfig
package import SlipwayCore
package import SlipwayGraph
package import SlipwayModels

/// One part of an export before anything of it is written.
package struct PlannedPart {
    package let config: TzrecEasyRecConfig
    /// The model's name in the config.
    package let kind: String
    package let checkpoint: ChosenCheckpoint
    package let source: any TensorSource
    /// The part as its model's file built it.
    package let part: ModelPart
    package let packaged: PackagedGraph

    /// A dense weight of the packaged graph, in float32.
    package func weight(_ parameter: Parameter) throws -> Tensor {
        try ParameterWriter(source: source, derived: packaged.derived, progress: { _ in })
            .tensor(parameter, of: packaged.graph)
    }

    /// All dense weights of the packaged graph, in float32.
    package func dense() throws -> [String: Tensor] {
        let graph = packaged.graph
        return try Dictionary(
            graph.denseParameters.map { parameter in
                if case .tensor(let name) = parameter.source, graph.type(parameter.value).dtype == .i64 {
                    return (parameter.name, try source.tensor(name))
                }
                return (parameter.name, try weight(parameter))
            }, uniquingKeysWith: { first, _ in first })
    }
}

/// One part of an export, written but not yet in place: what additions to its package are made from.
package struct StagedPart {
    package let planned: PlannedPart
    /// The package without the additions.
    package let package: Package
}

/// What an export does beside its own steps. What a step throws ends the export.
package struct ExportExtras {
    /// Chooses the weights of layers that are stored in fewer bits, by parameter of the packaged graph.
    package var reduce: (PlannedPart) throws -> [String: ReducedWeight] = { _ in [:] }
    /// Makes the files that a package gets beside its own.
    package var additions: (StagedPart) throws -> [(path: String, bytes: [UInt8])] = { _ in [] }

    package init() {}
}
