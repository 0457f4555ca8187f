import SlipwayCore
public import SlipwayGraph

/// Folds what target attention's network reads for every pair of query and step into the weights of its first layer.
///
/// The input is an affine combination of the query q, the step s and their product: concat(q, s, q − s, q · s) or some of
/// these. The layer's weight falls into three: for q, computed once a query; for s, and for q · s. The sequence is read as the
/// request has it, not repeated for every candidate.
public enum FoldTargetAttention: GraphPass {
    public static let name = "fold-target-attention"
    public static let summary = "take the first layer of target attention apart by query, step and product"
    public static let rounding: String? =
        "sums and differences of two weights are rounded once: at most ½ ulp a weight; sums of products change order"

    public static func run(_ graph: Graph) throws -> PassResult {
        let uses = GraphUses(graph)
        var rewrite = try GraphRewrite(graph)
        for node in graph.nodes {
            if let pairs = try AttentionPairs(node, uses, graph) {
                try fold(node, pairs, uses, &rewrite)
            } else {
                try rewrite.copy(node)
            }
        }
        return rewrite.patches.isEmpty ? PassResult(graph: graph, patches: []) : try rewrite.finish()
    }

    private static func fold(
        _ node: Node, _ pairs: AttentionPairs, _ uses: GraphUses, _ rewrite: inout GraphRewrite
    ) throws {
        guard let weight = node.operand("weight"), let result = node.results.first,
            let leading = rewrite.source.type(result).dimensions.first
        else { return }
        let whole = try rewrite.value(weight)
        var operands = [Operand("query", try rewrite.value(pairs.query))]
        if let request = uses.tiledSequence(pairs.steps, pairs.lengths) {
            operands += [
                Operand("sequence", try rewrite.value(request.values)),
                Operand("lengths", try rewrite.value(request.lengths)),
                Operand("count", try rewrite.value(request.count)),
            ]
        } else {
            operands += [
                Operand("sequence", try rewrite.value(pairs.steps)),
                Operand("lengths", try rewrite.value(pairs.lengths)),
            ]
        }
        for (role, terms) in [
            ("query_weight", pairs.queryTerms), ("step_weight", pairs.stepTerms),
            ("product_weight", pairs.productTerms),
        ] {
            var sum: ValueID?
            for term in terms {
                let part = try rewrite.columns(whole, term.columns, in: node)
                if let known = sum {
                    sum = try rewrite.binary(term.isNegative ? .subtract : .add, known, part, in: node)
                } else {
                    sum = part
                }
            }
            guard let sum else { throw SlipwayError(.internalFault, "\(role) has no terms") }
            operands.append(Operand(role, sum))
        }
        if let bias = node.operand("bias") { operands.append(Operand("bias", try rewrite.value(bias))) }
        let layer = AttentionLayer(symbol: leading.description)
        rewrite.replace(result, by: try rewrite.add(layer, operands, in: node))
        rewrite.note("fold \(pairs.form) into a layer", in: node)
    }
}

/// A linear layer's input as terms of queries and steps.
private struct AttentionPairs {
    struct Term {
        let columns: Range<Int>
        var isNegative = false
    }

    let form: String
    let query: ValueID
    let steps: ValueID
    let lengths: ValueID
    /// Each has a first term that is not negative.
    var queryTerms: [Term] = []
    var stepTerms: [Term] = []
    var productTerms: [Term] = []

    /// nil when `node` is no linear layer over pairs of queries and steps.
    init?(_ node: Node, _ uses: GraphUses, _ graph: Graph) throws {
        guard node.operation is Linear, let input = uses.producer(of: node.operand("input")) else { return nil }
        if input.operation is AttentionInput, let query = input.operand("query"), let steps = input.operand("sequence"),
            let lengths = input.operand("lengths")
        {
            (form, self.query, self.steps, self.lengths) = ("attention_input", query, steps, lengths)
            let narrow = try graph.type(query).width(), width = try graph.type(steps).width()
            queryTerms = [Term(columns: 0..<narrow), Term(columns: 2 * width..<2 * width + narrow)]
            stepTerms = [Term(columns: width..<2 * width), Term(columns: 2 * width..<3 * width, isNegative: true)]
            productTerms = [Term(columns: 3 * width..<3 * width + narrow)]
            return
        }
        guard let concat = input.operation as? Concat, concat.axis == 1, let whole = input.results.first,
            graph.type(whole).rank == 2,
            let product = input.operands("input").lazy.compactMap({ Self.pair($0, .multiply, uses) }).first
        else { return nil }
        (form, query, steps, lengths) = ("concat", product.query, product.steps, product.lengths)
        var start = 0
        for part in input.operands("input") {
            let columns = start..<start + (try graph.type(part).width())
            start = columns.upperBound
            if part == steps {
                stepTerms.append(Term(columns: columns))
            } else if Self.expanded(part, uses).map({ $0.query == query && $0.lengths == lengths }) == true {
                queryTerms.append(Term(columns: columns))
            } else if let pair = Self.pair(part, .multiply, uses), pair == product {
                productTerms.append(Term(columns: columns))
            } else if let pair = Self.pair(part, .subtract, uses), pair == product {
                queryTerms.append(Term(columns: columns, isNegative: pair.isFlipped))
                stepTerms.append(Term(columns: columns, isNegative: !pair.isFlipped))
            } else {
                return nil
            }
        }
        for terms in [queryTerms, stepTerms, productTerms] {
            guard let first = terms.first, !first.isNegative else { return nil }
        }
    }

    private struct Pair: Equatable {
        let query: ValueID
        let steps: ValueID
        let lengths: ValueID
        var isFlipped = false

        /// Which of the two stands first is not part of what they are.
        static func == (a: Pair, b: Pair) -> Bool {
            a.query == b.query && a.steps == b.steps && a.lengths == b.lengths
        }
    }

    private static func expanded(_ value: ValueID, _ uses: GraphUses) -> (query: ValueID, lengths: ValueID)? {
        guard let node = uses.producer(of: value), node.operation is JaggedExpand, let rows = node.operand("rows"),
            let lengths = node.operand("lengths")
        else { return nil }
        return (rows, lengths)
    }

    private static func pair(_ value: ValueID, _ function: Binary.Function, _ uses: GraphUses) -> Pair? {
        guard let node = uses.producer(of: value), let binary = node.operation as? Binary, binary.function == function,
            let a = node.operand("a"), let b = node.operand("b")
        else { return nil }
        if let query = expanded(a, uses) { return Pair(query: query.query, steps: b, lengths: query.lengths) }
        if let query = expanded(b, uses) {
            return Pair(query: query.query, steps: a, lengths: query.lengths, isFlipped: true)
        }
        return nil
    }
}
