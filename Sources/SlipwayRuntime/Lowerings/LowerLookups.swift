import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    static let embeddingBag: Lowering = { node, _, planner in
        let bag = try node.operation(as: EmbeddingBag.self)
        let table = try planner.table(try node.value("table"))
        planner.emit(
            try EmbeddingBagStep(
                lookup: planner.lookup(bag.feature, table), ids: node.index("ids"), lengths: node.index("lengths"),
                weights: node.operand("weights")?.index, output: node.resultIndex(),
                pooling: bag.mode == .mean ? .mean : .sum), node)
    }

    static let embeddingLookup: Lowering = { node, position, planner in
        let lookup = try node.operation(as: EmbeddingLookup.self)
        let table = try planner.table(try node.value("table"))
        let result = try node.result()
        let ids = try node.value("ids")
        try planner.alignAhead(of: result, before: position)
        planner.emit(
            EmbeddingLookupStep(
                lookup: planner.lookup(lookup.feature, table), ids: ids.index, output: result.index,
                lengths: planner.lengthsInput(of: ids)?.index),
            node)
    }
}

extension Planner {
    mutating func lookup(_ feature: String, _ table: EmbeddingTableView) -> FeatureLookup {
        FeatureLookup(
            feature: feature, table: table, badIDs: options.badIDs.kernelPolicy(table.dtype), counter: counter(feature))
    }

    /// The input `<feature>.lengths` beside the input `<feature>.values`.
    func lengthsInput(of ids: ValueID) -> ValueID? {
        guard let name = graph.inputs.first(where: { $0.value == ids })?.name, name.hasSuffix(".values") else {
            return nil
        }
        let lengths = name.dropLast(".values".count) + ".lengths"
        // With key lengths, the lengths count steps, not ids.
        guard !graph.inputs.contains(where: { $0.name == name.dropLast(".values".count) + ".key_lengths" }) else {
            return nil
        }
        return graph.inputs.first { $0.name == lengths }?.value
    }
}
