import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph
import SlipwayPasses
import SlipwayRuntime
import SlipwayVerify

/// A model as training left it, in float32 throughout, with no more of its tables than some inputs read: large tables cost
/// what the sample reads of them.
struct FloatModel {
    let graph: Graph
    let dense: [String: Tensor]
    let tables: [String: StoredTable]

    /// Ids read by lookups, and what stands for the table there.
    private struct Lookup: Hashable {
        let ids: ValueID
        let table: ValueID
    }

    /// The model as its file built it, with the weights of the checkpoint. Ids outside a table read zeros where they are -1 and else row 0, as in
    ///   quantized tables.
    init(_ graph: Graph, source: any TensorSource, inputs: [InputBatch]) throws {
        let dense = try Dictionary(
            graph.denseParameters.map { parameter in
                (parameter.name, try ReferenceWeights.dense(parameter, graph.type(parameter.value), source))
            }, uniquingKeysWith: { first, _ in first })
        try self.init(graph, dense: dense, source: source, inputs: inputs)
    }

    /// The same with dense weights of the caller's.
    init(_ graph: Graph, dense: [String: Tensor], source: any TensorSource, inputs: [InputBatch]) throws {
        try self.init(graph, dense: dense, inputs: inputs) { parameter, rows in
            try Self.floatRows(rows, of: parameter, width: try graph.type(parameter.value).width(), source)
        }
    }

    /// A package with its tables as it stores them, and no more of these than `inputs` read.
    init(_ package: Package, inputs: [InputBatch]) throws {
        try self.init(package.graph, dense: package.dense, inputs: inputs) { parameter, rows in
            guard let table = package.tables[parameter.name] else {
                throw SlipwayError(.internalFault, "the package has no table \(parameter.name)")
            }
            return try Self.storedRows(rows, of: table)
        }
    }

    /// Rows between two times that pages are given back: a row brings its neighbours along.
    private static let rowsAtOnce = 512

    /// Rows as float32; nil stands for zeros.
    private static func floatRows(
        _ rows: [Int?], of parameter: Parameter, width: Int, _ source: any TensorSource
    ) throws -> StoredTable {
        guard case .tensor(let name) = parameter.source else {
            throw SlipwayError(.internalFault, "table \(parameter.name) is not one tensor")
        }
        var floats = [Float](repeating: 0, count: rows.count * width)
        try floats.withUnsafeMutableBufferPointer { buffer in
            for (place, row) in rows.enumerated() {
                guard let row else { continue }
                try source.readFloatRows(
                    name, row..<row + 1,
                    into: UnsafeMutableBufferPointer(rebasing: buffer[place * width..<(place + 1) * width]))
                if place % rowsAtOnce == rowsAtOnce - 1 || place == rows.count - 1 {
                    source.discardRows(name, 0..<(try source.info(name).rowCount))
                }
            }
        }
        return try StoredTable(
            name: parameter.name, dtype: .f32, rowCount: rows.count, width: width,
            copying: floats.withUnsafeBytes { Array($0) })
    }

    private static func storedRows(_ rows: [Int?], of table: StoredTable) throws -> StoredTable {
        var bytes = [UInt8](repeating: 0, count: rows.count * table.rowStride)
        for (place, row) in rows.enumerated() {
            guard let row else { continue }
            let from = row * table.rowStride
            bytes.replaceSubrange(
                place * table.rowStride..<(place + 1) * table.rowStride,
                with: table.bytes[from..<from + table.rowStride])
            if place % rowsAtOnce == rowsAtOnce - 1 || place == rows.count - 1 { table.discardPages() }
        }
        return try StoredTable(
            name: table.name, dtype: table.dtype, rowCount: rows.count, width: table.width, rowStride: table.rowStride,
            copying: bytes)
    }

    private init(
        _ graph: Graph, dense: [String: Tensor], inputs: [InputBatch],
        rows: (Parameter, [Int?]) throws -> StoredTable
    ) throws {
        let parameters = Dictionary(
            graph.tables.map { ($0.value, $0) }, uniquingKeysWith: { first, _ in first })
        var lookups: [Int: Lookup] = [:]
        for (position, node) in graph.nodes.enumerated() {
            guard let table = node.operands.first(where: { parameters[$0.value] != nil })?.value else { continue }
            guard let ids = node.operand("ids") else {
                throw SlipwayError(.internalFault, "\(node.operationName) reads a table without ids")
            }
            lookups[position] = Lookup(ids: ids, table: table)
        }
        var used: [ValueID: Set<Int64>] = [:]
        let ids = try LookedUpIDs(graph, Set(lookups.values.map(\.ids)), dense: dense)
        for batch in inputs {
            let read = try ids.read(batch)
            for lookup in Set(lookups.values) { used[lookup.table, default: []].formUnion(read[lookup.ids] ?? []) }
        }
        var building = Building(graph, dense: dense)
        for (value, parameter) in parameters.sorted(by: { $0.key.index < $1.key.index }) {
            try building.cut(parameter, to: (used[value] ?? []).sorted(), rows)
        }
        for (position, node) in graph.nodes.enumerated() {
            building.add(node, lookups[position].map { ($0.ids, $0.table) })
        }
        self.graph = building.graph(like: graph)
        self.dense = building.dense
        tables = building.tables
    }
}

/// The graph with small tables, while it is made: each lookup's ids are mapped to the rows that were kept.
private struct Building {
    private var values: [Value]
    private var parameters: [Parameter]
    private var nodes: [Node] = []
    private(set) var dense: [String: Tensor]
    private(set) var tables: [String: StoredTable] = [:]
    private var maps: [ValueID: (keys: ValueID, rows: ValueID)] = [:]

    init(_ graph: Graph, dense: [String: Tensor]) {
        values = graph.values
        parameters = graph.parameters
        self.dense = dense
    }

    private mutating func value(_ name: String, _ type: ValueType) -> ValueID {
        values.append(Value(name: name, type: type))
        return ValueID(values.count - 1)
    }

    /// Keeps the rows of `used`, and zeros where there are none.
    mutating func cut(
        _ parameter: Parameter, to used: [Int64], _ rows: (Parameter, [Int?]) throws -> StoredTable
    ) throws {
        let type = values[parameter.value.index].type
        let rowCount = type.dimensions.first?.size ?? 0, width = try type.width()
        let keys = used.isEmpty ? [0] : used
        let table = try rows(
            parameter, keys.map { id in id == -1 || rowCount == 0 ? nil : id >= 0 && id < rowCount ? Int(id) : 0 })
        tables[parameter.name] = table
        values[parameter.value.index] = Value(
            name: values[parameter.value.index].name,
            type: ValueType(table.dtype, [.fixed(keys.count), .fixed(width)], side: type.side))
        let list = ValueType(.i64, [.fixed(keys.count)])
        var places: [ValueID] = []
        for (what, numbers) in [("keys", keys), ("rows", keys.indices.map(Int64.init))] {
            let name = "\(parameter.name)#sample_\(what)"
            places.append(value(name, list))
            parameters.append(
                Parameter(name: name, value: places[places.count - 1], isTable: false, source: .tensor(name)))
            dense[name] = Tensor(shape: [keys.count], ints: numbers)
        }
        maps[parameter.value] = (places[0], places[1])
    }

    mutating func add(_ node: Node, _ lookup: (ids: ValueID, table: ValueID)?) {
        guard let lookup, let map = maps[lookup.table] else {
            nodes.append(node)
            return
        }
        let mapped = value("\(values[lookup.ids.index].name)#sample\(nodes.count)", values[lookup.ids.index].type)
        nodes.append(
            Node(
                operation: RemapIDs(),
                operands: [Operand("ids", lookup.ids), Operand("keys", map.keys), Operand("rows", map.rows)],
                results: [mapped], scope: node.scope))
        nodes.append(
            Node(
                operation: node.operation,
                operands: node.operands.map { $0.role == "ids" ? Operand("ids", mapped) : $0 }, results: node.results,
                scope: node.scope))
    }

    func graph(like graph: Graph) -> Graph {
        Graph(
            name: graph.name, values: values, inputs: graph.inputs, parameters: parameters, nodes: nodes,
            outputs: graph.outputs)
    }
}
