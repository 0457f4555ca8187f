public import SlipwayArtifact
import SlipwayCheckpoint
public import SlipwayCore
public import SlipwayGraph
import SlipwayRuntime

/// Compiles a graph and adds the objects to a package that is being written.
public struct AOTExport: Sendable {
    public var mode: ModelSource.Mode
    public var targets: [AOTTarget]
    public var compiler: Clang
    /// Rows of the largest batch that is run at once.
    public var maxBatchSize: Int
    /// Whether the package keeps the C.
    public var keepsSource: Bool

    public init(
        mode: ModelSource.Mode, targets: [AOTTarget], compiler: Clang, maxBatchSize: Int, keepsSource: Bool
    ) {
        self.mode = mode
        self.targets = targets
        self.compiler = compiler
        self.maxBatchSize = maxBatchSize
        self.keepsSource = keepsSource
    }

    /// Compiles `graph`, which must be the one the package stores, as it is read back.
    ///
    /// - Parameters:
    ///   - reduced: the package's weights in fewer bits.
    ///   - weight: the value of a dense parameter.
    /// - Returns: what the user should know: ops that the portable backend runs all the same.
    public func add(
        _ graph: Graph, to package: PackageWriter, reduced: [String: ReducedWeight] = [:],
        weight: @escaping (Parameter) throws -> Tensor
    ) throws -> [String] {
        let source = try ModelSource(
            graph, mode: mode, maxBatchSize: maxBatchSize, reduced: reduced.mapValues(\.form), weight: weight)
        let notes = source.refused.sorted { $0.key < $1.key }.map {
            "\($0.key) is not compiled ahead of time (\($0.value)); the portable backend runs it"
        }
        guard !source.isEmpty else {
            return notes + ["nothing of this part is compiled ahead of time; the portable backend runs it all"]
        }
        let objects = try compiler.compile(source.text, for: targets)
        var plan = source.plan
        plan.variants = targets.map(\.rawValue)
        try package.add(AOTFiles.plan, bytes: try plan.encoded())
        for (target, object) in zip(targets, objects) {
            try package.add(AOTFiles.object(target.rawValue), bytes: object)
        }
        if keepsSource { try package.add(AOTFiles.source, bytes: Array(source.text.utf8)) }
        try package.add(AOTFiles.weights) { path in
            let writer = try SafeTensorsWriter(
                path: path,
                tensors: source.weights.enumerated().map { index, entry in
                    (String(index), "F32", entry.tensor.shape, entry.tensor.count * 4)
                })
            for entry in source.weights {
                try entry.tensor.floats.withUnsafeBytes { try writer.append($0) }
            }
            try writer.finish()
        }
        return notes
    }
}
