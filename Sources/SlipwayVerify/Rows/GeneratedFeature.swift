import SlipwayCore
import SlipwayGraph

/// One feature of a graph as its inputs show it, and the ids that suit it.
struct GeneratedFeature {
    let name: String
    /// Slots by what they hold.
    let values: Int
    let lengths: Int?
    let keyLengths: Int?
    let weights: Int?
    let isSparse: Bool
    /// Elements of a dense value.
    let width: Int
    /// Rows of the smallest table the ids look up; nil where no lookup tells.
    let rowCount: Int?
    /// One row a request instead of one a candidate.
    let isUserSide: Bool
    /// Raw ids that the model knows, for features whose ids are mapped to rows.
    let knownIDs: [Int64]

    /// Features of a sequence group have as many steps as each other.
    var group: String {
        guard let end = name.firstRange(of: "__") else { return name }
        return String(name[..<end.lowerBound])
    }

    /// The input that counts the candidates of each request, where user inputs are single.
    static let candidates = "batch_size"

    /// The features behind the inputs of `graph`. Throws `unsupported` for an input that belongs to none.
    static func all(_ graph: Graph, slots: [InputSlot], dense: [String: Tensor]) throws -> [GeneratedFeature] {
        let index = Dictionary(slots.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let suffixes = [".values", ".lengths", ".key_lengths", ".weights"]
        let ids = IDRanges(graph, dense: dense)
        let sides = Dictionary(
            graph.inputs.map { ($0.name, graph.type($0.value).side) }, uniquingKeysWith: { first, _ in first })
        for slot in slots where slot.name != candidates && !suffixes.contains(where: slot.name.hasSuffix) {
            throw SlipwayError(
                .unsupported, "no rows can be made up for input \(slot.name)",
                fix: "pass --data with rows of this model")
        }
        return slots.filter { $0.name.hasSuffix(".lengths") || $0.name.hasSuffix(".values") }.map { slot in
            String(slot.name.dropLast(slot.name.hasSuffix(".values") ? 7 : 8))
        }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.compactMap { name in
            let values = index["\(name).values"]
            guard let place = values ?? index["\(name).lengths"] else { return nil }
            return GeneratedFeature(
                name: name, values: values ?? -1, lengths: index["\(name).lengths"],
                keyLengths: index["\(name).key_lengths"], weights: index["\(name).weights"],
                isSparse: values == nil || slots[place].element == .int64, width: slots[place].width,
                rowCount: ids.rowCount["\(name).values"], isUserSide: sides[slots[place].name] == .user,
                knownIDs: ids.known["\(name).values"] ?? [])
        }
    }
}

/// Which ids inputs may hold, found by following them to the lookups.
struct IDRanges {
    /// Rows of the smallest table that an input's ids look up as they are.
    private(set) var rowCount: [String: Int] = [:]
    /// Raw ids that an input's ids are compared with.
    private(set) var known: [String: [Int64]] = [:]

    init(_ graph: Graph, dense: [String: Tensor]) {
        let names = Dictionary(graph.inputs.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })
        let tables = Set(graph.tables.map(\.value))
        let keys = Dictionary(
            graph.denseParameters.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })
        /// The input that each value of ids comes from without a change.
        var origin: [ValueID: String] = names
        for node in graph.nodes {
            guard let ids = node.operand("ids"), let input = origin[ids] else { continue }
            if let table = node.operands.first(where: { tables.contains($0.value) })?.value {
                let rows = graph.type(table).dimensions.first?.size ?? 0
                rowCount[input] = min(rowCount[input] ?? rows, rows)
            } else if let raw = node.operand("keys"), let name = keys[raw] {
                known[input, default: []] += dense[name]?.ints ?? []
            }
            for result in node.results { origin[result] = nil }
        }
    }
}
