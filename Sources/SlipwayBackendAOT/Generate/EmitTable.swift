import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

/// How a node of one op becomes C.
typealias Emit = @Sendable (_ node: Node, _ writer: inout RegionWriter) throws -> Void

/// Ops that are compiled, by name. Any other op stays with the portable backend.
enum EmitTable {
    struct Entry: Sendable {
        let emit: Emit
        /// Why this node cannot be compiled; nil when it can. `isWeight` tells weights from other operands.
        var refusal: @Sendable (_ node: Node, _ graph: Graph, _ isWeight: (ValueID) -> Bool) -> String? = { _, _, _ in
            nil
        }
    }

    static let entries: [String: Entry] = [
        // Lookups
        EmbeddingBag.name: Entry(emit: Emits.embeddingBag),
        EmbeddingLookup.name: Entry(emit: Emits.embeddingLookup),
        // Jagged values
        AttentionLayer.name: Entry(
            emit: Emits.attentionLayer,
            refusal: Refusals.weights("query_weight", "step_weight", "product_weight", "bias")),
        JaggedAlign.name: Entry(emit: Emits.jaggedAlign),
        JaggedExpand.name: Entry(emit: Emits.jaggedExpand),
        JaggedSoftmax.name: Entry(emit: Emits.jaggedSoftmax, refusal: Refusals.oneColumn("values")),
        JaggedTile.name: Entry(emit: Emits.jaggedTile),
        SegmentReduce.name: Entry(emit: Emits.segmentReduce),
        Tile.name: Entry(emit: Emits.tile),
        WeightedSum.name: Entry(emit: Emits.weightedSum),
        // Products
        FactorizationMachine.name: Entry(emit: Emits.factorizationMachine),
        Linear.name: Entry(emit: Emits.linear, refusal: Refusals.weights("weight", "bias")),
        Matmul.name: Entry(emit: Emits.matmul, refusal: Refusals.matmul),
        PairwiseDot.name: Entry(emit: Emits.pairwiseDot),
        // Element by element
        Affine.name: Entry(emit: Emits.pointwise),
        BatchNorm.name: Entry(emit: Emits.pointwise, refusal: Refusals.weights("mean", "variance", "gamma", "beta")),
        Binary.name: Entry(emit: Emits.binary),
        Dice.name: Entry(emit: Emits.pointwise, refusal: Refusals.weights("mean", "variance", "alpha")),
        Elu.name: Entry(emit: Emits.pointwise),
        LeakyRelu.name: Entry(emit: Emits.pointwise),
        Prelu.name: Entry(emit: Emits.pointwise, refusal: Refusals.weights("slope")),
        Unary.name: Entry(emit: Emits.unary, refusal: Refusals.unary),
        // Rows
        LayerNorm.name: Entry(emit: Emits.layerNorm, refusal: Refusals.weights("gamma", "beta")),
        Reduce.name: Entry(emit: Emits.reduce),
        Softmax.name: Entry(emit: Emits.softmax, refusal: Refusals.rows),
        // Shapes
        Concat.name: Entry(emit: Emits.concat, refusal: Refusals.concat),
        Reshape.name: Entry(emit: Emits.reshape),
        Slice.name: Entry(emit: Emits.slice, refusal: Refusals.slice),
        Transpose.name: Entry(emit: Emits.transpose, refusal: Refusals.transpose),
    ]
}

/// The writers of ops, one file a family.
enum Emits {}

/// Why nodes cannot be compiled.
enum Refusals {
    typealias Rule = @Sendable (_ node: Node, _ graph: Graph, _ isWeight: (ValueID) -> Bool) -> String?

    /// Operands that must be weights where they are there.
    static func weights(_ roles: String...) -> Rule {
        { node, _, isWeight in
            roles.first { role in node.operand(role).map { !isWeight($0) } ?? false }.map { "its \($0) is no weight" }
        }
    }

    static func oneColumn(_ role: String) -> Rule {
        { node, graph, _ in
            guard let value = node.operand(role), graph.type(value).dimensions.dropFirst().first?.size == 1 else {
                return "its \(role) have several columns"
            }
            return nil
        }
    }

    static let rows: Rule = { node, graph, _ in
        guard let value = node.operand("input"), graph.type(value).rank >= 2 else { return "its input is a vector" }
        return nil
    }

    static let concat: Rule = { node, graph, isWeight in
        guard let concat = node.operation as? Concat, concat.axis >= 1 else { return "it is along the rows" }
        return node.operands.contains { isWeight($0.value) } ? "a part is a weight" : nil
    }

    static let slice: Rule = { node, graph, _ in
        guard let slice = node.operation as? Slice, slice.axis >= 1 else { return "it is along the rows" }
        return nil
    }

    static let transpose: Rule = { node, _, _ in
        guard let transpose = node.operation as? Transpose, transpose.permutation.first == 0 else {
            return "it moves the rows"
        }
        return nil
    }

    static let matmul: Rule = { node, graph, isWeight in
        guard let a = node.operand("a"), let b = node.operand("b"), !isWeight(a) else {
            return "its left side is a weight"
        }
        if isWeight(b) { return graph.type(b).rank == 2 ? nil : "its weight has a batch" }
        return graph.type(a).rank == 3 && graph.type(b).rank == 3 ? nil : "it is not batched over rows"
    }

    static let unary: Rule = { node, _, _ in
        guard let unary = node.operation as? Unary else { return nil }
        return unary.function.kernel != nil || Emits.functions[unary.function] != nil
            ? nil : "there is no code for \(unary.function.rawValue)"
    }

    /// What holds for every op: floats, with a symbol for the rows and numbers for the rest.
    static func shapes(_ node: Node, _ graph: Graph, isWeight: (ValueID) -> Bool) -> String? {
        for operand in node.operands where !isWeight(operand.value) {
            let type = graph.type(operand.value)
            if graph.tables.contains(where: { $0.value == operand.value }) { continue }
            guard let leading = type.dimensions.first, leading.size == nil,
                type.dimensions.dropFirst().allSatisfy({ $0.size != nil })
            else { return "an operand is \(type)" }
        }
        for result in node.results {
            let type = graph.type(result)
            guard type.dtype == .f32, let leading = type.dimensions.first, leading.size == nil,
                type.dimensions.dropFirst().allSatisfy({ $0.size != nil })
            else { return "its result is \(type)" }
        }
        return nil
    }
}
