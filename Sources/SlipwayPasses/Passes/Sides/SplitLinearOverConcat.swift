import SlipwayCore
public import SlipwayGraph

/// Splits a linear layer over a concatenation of tiled and other values: x · Wᵀ + b = tile(u · Wuᵀ + b) + i · Wiᵀ, so that the
/// user's share is computed once a request.
public enum SplitLinearOverConcat: GraphPass {
    public static let name = "split-linear-over-concat"
    public static let summary = "compute the user's share of a linear layer once a request"
    public static let rounding: String? =
        "sums of K products are added in two parts: at most 1 ulp of the larger part beside the product's own error"

    public static func run(_ graph: Graph) throws -> PassResult {
        let uses = GraphUses(graph)
        var rewrite = try GraphRewrite(graph)
        for node in graph.nodes {
            if let shares = try Shares(node, uses, graph) {
                try split(node, shares, &rewrite)
            } else {
                try rewrite.copy(node)
            }
        }
        return rewrite.patches.isEmpty ? PassResult(graph: graph, patches: []) : try rewrite.finish()
    }

    private static func split(_ node: Node, _ shares: Shares, _ rewrite: inout GraphRewrite) throws {
        guard let weight = node.operand("weight"), let result = node.results.first else { return }
        let whole = try rewrite.value(weight)
        let userInput = try rewrite.concat(try shares.user.map { try rewrite.value($0.value) }, in: node)
        var operands = [
            Operand("input", userInput),
            Operand("weight", try rewrite.columns(whole, shares.user.map(\.columns), in: node)),
        ]
        if let bias = node.operand("bias") { operands.append(Operand("bias", try rewrite.value(bias))) }
        let user = try rewrite.add(Linear(), operands, in: node)
        let tiled = try rewrite.add(
            Tile(), [Operand("rows", user), Operand("count", try rewrite.value(shares.count))], in: node)
        operands = [
            Operand("input", try rewrite.concat(try shares.item.map { try rewrite.value($0.value) }, in: node)),
            Operand("weight", try rewrite.columns(whole, shares.item.map(\.columns), in: node)),
        ]
        let item = try rewrite.add(Linear(), operands, in: node)
        rewrite.replace(result, by: try rewrite.binary(.add, item, tiled, in: node))
        func count(_ parts: [Shares.Part]) -> Int { parts.reduce(0) { $0 + $1.columns.count } }
        rewrite.note("split linear: \(count(shares.user)) user columns, \(count(shares.item)) item columns", in: node)
    }
}

/// The parts of a concatenation by side, as one linear layer reads them.
private struct Shares {
    struct Part {
        let value: ValueID
        let columns: Range<Int>
    }

    /// Before they are tiled.
    var user: [Part] = []
    var item: [Part] = []
    let count: ValueID

    /// nil when `node` is no linear layer over a concatenation of both sides.
    init?(_ node: Node, _ uses: GraphUses, _ graph: Graph) throws {
        guard node.operation is Linear, let joined = uses.producer(of: node.operand("input")),
            let concat = joined.operation as? Concat, concat.axis == 1, let whole = joined.results.first,
            graph.type(whole).rank == 2
        else { return nil }
        let parts = joined.operands("input")
        guard let count = parts.compactMap({ uses.tiled($0) }).first(where: { $0.lengths == nil })?.count else {
            return nil
        }
        self.count = count
        var start = 0
        for part in parts {
            let columns = start..<start + (try graph.type(part).width())
            start = columns.upperBound
            guard !columns.isEmpty else { continue }
            if let tiled = uses.tiled(part), tiled.lengths == nil, tiled.count == count {
                user.append(Part(value: tiled.rows, columns: columns))
            } else {
                item.append(Part(value: part, columns: columns))
            }
        }
        guard !user.isEmpty, !item.isEmpty else { return nil }
    }
}
