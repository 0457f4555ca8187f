import SlipwayCore
import SlipwayGraph

/// The boxes that everything begins with: tables, and inputs that modules read as they are. What the same boxes read is one
/// box with a row each.
struct SourceBoxes {
    private struct Read {
        let value: ValueID
        let reader: Int
    }

    private let graph: Graph
    private let roles: StepRoles
    /// Groups without a step of their own: their features go to the modules one by one.
    private let groups: [ModelDrawing.Group]
    private let tables: [ValueID: Parameter]
    private let inputs: [ValueID: String]
    private var reads: [Read] = []
    /// What modules read of the features of such groups.
    private var groupReads: [(group: String, value: ValueID, reader: Int)] = []

    init(_ graph: Graph, roles: StepRoles, groups: [ModelDrawing.Group]) {
        self.graph = graph
        self.roles = roles
        self.groups = groups.sorted { ($0.features.count, $0.name) < ($1.features.count, $1.name) }
        tables = Dictionary(graph.tables.map { ($0.value, $0) }, uniquingKeysWith: { first, _ in first })
        inputs = Dictionary(graph.inputs.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    /// Notes that `reader` reads `value`, unless that is a weight or says where rows begin.
    mutating func read(_ value: ValueID, by reader: Int, isGroup: Bool) {
        guard owner(of: value) != nil else { return }
        if !isGroup, let feature = roles.feature[value.index],
            let group = groups.first(where: { $0.features.contains(feature) })
        {
            groupReads.append((group.name, value, reader))
        } else {
            reads.append(Read(value: value, reader: reader))
        }
    }

    /// The table that a lookup reads, or the input itself.
    private func owner(of value: ValueID) -> ValueID? {
        if let step = roles.producer[value.index] {
            guard roles[step] == .lookup else { return nil }
            return graph.nodes[step].operands.first { tables[$0.value] != nil }?.value
        }
        guard let name = inputs[value], !name.hasSuffix("lengths") else { return nil }
        return value
    }

    /// Adds the boxes and what flows from them.
    func add(to sketch: inout DrawingSketch) {
        var reads = self.reads
        for group in groups.map(\.name) {
            let own = groupReads.filter { $0.group == group }
            guard !own.isEmpty else { continue }
            let features = Set(own.compactMap { roles.feature[$0.value.index] })
            let box = sketch.add(
                .init(
                    kind: .group, title: group, lines: [Quantity.count(features.count, "feature")],
                    detail: "feature group \(group)\nfeatures: \(features.sorted().joined(separator: ", "))"))
            for read in own {
                reads.append(Read(value: read.value, reader: box))
                sketch.connect(box, read.reader, graph[read.value])
            }
        }
        var readers: [ValueID: Set<Int>] = [:]
        for table in graph.tables { readers[table.value] = [] }
        for read in reads { if let owner = owner(of: read.value) { readers[owner, default: []].insert(read.reader) } }
        var boxes: [[Int]: [ValueID]] = [:]
        for (owner, readers) in readers {
            // A first number tells tables from inputs.
            boxes[[tables[owner] == nil ? 1 : 0] + readers.sorted(), default: []].append(owner)
        }
        for (key, owners) in boxes.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let box = sketch.add(key[0] == 0 ? tableBox(owners) : inputBox(owners))
            let own = Set(owners)
            for read in reads {
                if let owner = owner(of: read.value), own.contains(owner) {
                    sketch.connect(box, read.reader, graph[read.value])
                }
            }
        }
    }

    private func tableBox(_ owners: [ValueID]) -> ModelDrawing.Box {
        let facts = owners.compactMap { tables[$0] }.map { parameter in
            (parameter, GraphFacts.table(parameter, graph.type(parameter.value)))
        }.sorted { ($0.1.name.short, $0.1.name.full) < ($1.1.name.short, $1.1.name.full) }
        let rows = facts.map { parameter, table in
            let features = features(of: parameter.value)
            return ModelDrawing.Row(
                cells: [
                    table.name.short, "\(Quantity.count(table.rows)) × \(table.width)", table.dtype.rawValue,
                    Quantity.bytes(table.bytes),
                ],
                detail: "table \(table.name.full)\n\(table.rows) rows of \(table.width), \(table.dtype.rawValue), "
                    + "\(table.rowBytes) bytes a row\nread by: \(features.joined(separator: ", "))")
        }
        let bytes = facts.reduce(0) { $0.addingClamped($1.1.bytes) }
        return .init(
            kind: .tables, title: Quantity.count(rows.count, "table"), lines: [Quantity.bytes(bytes)], rows: rows,
            detail: "\(Quantity.count(rows.count, "table")) in \(Quantity.bytes(bytes))")
    }

    /// The features that look up in a table, each with its pooling.
    private func features(of table: ValueID) -> [String] {
        var names: [String] = []
        for node in graph.nodes where node.operands.contains(where: { $0.value == table }) {
            guard case .string(let feature)? = node.operation.attributes.entries["feature"] else { continue }
            var text = feature
            if case .string(let mode)? = node.operation.attributes.entries["mode"] { text += " (\(mode))" }
            if !names.contains(text) { names.append(text) }
        }
        return names
    }

    private func inputBox(_ owners: [ValueID]) -> ModelDrawing.Box {
        let rows = owners.sorted { $0.index < $1.index }.map { owner in
            let name = inputs[owner] ?? "", type = graph.type(owner)
            let short = name.hasSuffix(".values") ? String(name.dropLast(".values".count)) : name
            return ModelDrawing.Row(cells: [short, type.description], detail: "input \(name): \(type)")
        }
        return .init(
            kind: .inputs, title: Quantity.count(rows.count, "input"), rows: rows,
            detail: Quantity.count(rows.count, "input"))
    }
}
