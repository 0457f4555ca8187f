import SlipwayCompile
public import SlipwayCore
public import SlipwayGraph
public import SlipwayKernels

/// A graph as C: one file, the constants it reads, and how its regions lie in the graph.
public struct ModelSource: Sendable {
    /// What is compiled.
    public enum Mode: Int, Sendable, Codable {
        /// Everything after the lookups.
        case dense = 1
        /// Lookups and all.
        case unified = 2
    }

    public let text: String
    /// True when no node of the graph is compiled.
    public var isEmpty: Bool { plan.regions.isEmpty }
    /// Ops left to the portable backend although the mode covers them, by name with the reason.
    public let refused: [String: String]
    let plan: AOTPlan
    let weights: [WeightList.Entry]

    /// - Parameters:
    ///   - reduced: the forms of weights in fewer bits, by parameter.
    ///   - weight: the value of a dense parameter.
    ///
    /// Throws what `weight` throws.
    public init(
        _ graph: Graph, mode: Mode, maxBatchSize: Int, reduced: [String: ReducedWeights.Form] = [:],
        weight: @escaping (Parameter) throws -> Tensor
    ) throws {
        let dense = Dictionary(uniqueKeysWithValues: graph.denseParameters.map { ($0.value, $0) })
        let sparse = mode == .dense ? SparsePart(graph).values : []
        let isWeight = { (value: ValueID) in dense[value] != nil }
        let partition = RegionPartition(
            graph,
            isWanted: { node in !node.results.contains(where: sparse.contains) && !SparsePart.isBookkeeping(node, graph)
            },
            refusal: { node in
                guard let entry = EmitTable.entries[node.operationName] else { return "it has no code" }
                return Refusals.shapes(node, graph, isWeight: isWeight) ?? entry.refusal(node, graph, isWeight)
            })
        refused = partition.refused
        var list = WeightList(), texts: [String] = [], regions: [AOTPlan.Region] = []
        var needsLookups = false
        for (number, region) in partition.regions.enumerated() {
            var writer = RegionWriter(
                graph, region, number: number, weights: list, reducesAttention: !reduced.isEmpty,
                weight: { try dense[$0].map(weight) },
                reduced: { value in
                    guard let name = dense[value]?.name, let form = reduced[name] else { return nil }
                    return (name, form)
                })
            try writer.write { node, writer in
                guard let entry = EmitTable.entries[node.operationName] else { throw Emits.missing("code") }
                try entry.emit(node, &writer)
            }
            list = writer.weights
            needsLookups = needsLookups || writer.needsLookups
            texts.append(writer.text())
            regions.append(
                AOTPlan.Region(
                    nodes: region.nodes, inputs: region.inputs.map(\.index), outputs: region.outputs.map(\.index),
                    symbols: writer.symbols,
                    lookups: writer.lookups.map { AOTPlan.Lookup(table: $0.table, feature: $0.feature) }))
        }
        // Only what the model's tables hold is compiled.
        let codes = ["f32": 0, "f16": 1, "bf16": 2, "q8": 3, "q4": 4, "q2": 5]
        let used = Set(graph.tables.compactMap { codes[graph.type($0.value).dtype.rawValue] }).reduce(0) {
            $0 | 1 << $1
        }
        let includes = ["unit.h", "jagged.h", "attention.h"] + (needsLookups ? ["lookups.h"] : [])
        text =
            (["#define EMBEDDING_DTYPES \(used)"] + includes.map { "#include \"\($0)\"" } + [""] + texts).joined(
                separator: "\n") + "\n"
        plan = AOTPlan(
            mode: mode, maxBatchSize: maxBatchSize, regions: regions, weightForms: list.entries.map(\.form),
            reduced: list.reduced, variants: [])
        weights = list.entries
    }
}
