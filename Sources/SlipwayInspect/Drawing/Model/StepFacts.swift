import SlipwayCore
import SlipwayGraph

/// What steps drawn as one box have in them.
struct StepFacts {
    /// `linear ×2 · relu ×2`, at most four kinds.
    let summary: String
    let weights: Int
    let bytes: Int
    /// Every kind of step and every weight, a line each.
    let detail: String

    private static let shown = 3
    private static let listed = 24

    init(_ graph: Graph, steps: [Int]) {
        var order: [String] = []
        var counts: [String: Int] = [:]
        let parameters = Dictionary(
            graph.denseParameters.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })
        var used: [ValueID] = []
        var seen: Set<ValueID> = []
        for step in steps {
            let node = graph.nodes[step]
            let name = Self.name(of: node)
            if counts.updateValue((counts[name] ?? 0) + 1, forKey: name) == nil { order.append(name) }
            for operand in node.operands where parameters[operand.value] != nil && seen.insert(operand.value).inserted {
                used.append(operand.value)
            }
        }
        func text(_ name: String) -> String { (counts[name] ?? 0) > 1 ? "\(name) ×\(counts[name] ?? 0)" : name }
        let shown = order.prefix(order.count == Self.shown + 1 ? order.count : Self.shown).map(text)
        summary =
            shown.joined(separator: " · ") + (shown.count < order.count ? " · +\(order.count - shown.count) more" : "")
        var weights = 0, bytes = 0
        for id in used {
            let type = graph.type(id)
            let count = type.dimensions.compactMap(\.size).reduce(1) { $0.multipliedClamped(by: $1) }
            weights = weights.addingClamped(count)
            bytes = bytes.addingClamped(count.multipliedClamped(by: max(1, type.dtype.bitWidth / 8)))
        }
        self.weights = weights
        self.bytes = bytes
        let lines = used.prefix(Self.listed).map { "\(parameters[$0] ?? ""): \(graph.type($0))" }
        let rest = used.count > Self.listed ? ["and \(used.count - Self.listed) more weights"] : []
        detail = (["steps: " + order.map(text).joined(separator: ", ")] + lines + rest).joined(separator: "\n")
    }

    /// The function where the op has several, else the op.
    private static func name(of node: Node) -> String {
        if case .string(let function)? = node.operation.attributes.entries["function"] { return function }
        return node.operationName
    }
}
