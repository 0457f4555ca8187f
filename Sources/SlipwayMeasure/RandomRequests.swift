import SlipwayCore
import SlipwayGraph

/// Inputs of a model without its features: as many rows as asked for, ids inside their tables, one id a bag.
struct RandomRequests {
    private let graph: Graph
    private let steps: Int
    private let tableRows: [String: Int]
    private var state: UInt64 = 1

    /// - Parameter steps: length of every sequence.
    init(_ graph: Graph, steps: Int) {
        self.graph = graph
        self.steps = steps
        // The smallest table that reads an input's ids, through whatever maps them.
        var tableRows: [String: Int] = [:]
        for node in graph.nodes {
            guard let table = node.operand("table"),
                case .string(let feature)? = node.operation.attributes.entries["feature"],
                let rows = graph.type(table).dimensions.first?.size
            else { continue }
            tableRows[feature] = min(tableRows[feature] ?? rows, rows)
        }
        self.tableRows = tableRows
    }

    /// One request with `rows` candidates where the model takes user inputs once, else `rows` rows.
    mutating func batch(rows: Int) throws -> InputBatch {
        var batch = InputBatch(
            slots: try graph.inputs.map { input in
                let type = graph.type(input.value)
                guard [.f32, .i64, .i32].contains(type.dtype) else {
                    throw SlipwayError(.unsupported, "input \(input.name) is \(type)")
                }
                return InputSlot(
                    name: input.name, element: type.dtype == .f32 ? .float : type.dtype == .i64 ? .int64 : .int32,
                    width: type.dimensions.dropFirst().compactMap(\.size).reduce(1, *))
            })
        batch.rowCount = rows
        var counts: [String: Int] = [:]
        for (index, input) in graph.inputs.enumerated() where graph.type(input.value).dtype == .i32 {
            let type = graph.type(input.value), feature = String(input.name.prefix { $0 != "." })
            if input.name == "batch_size" {
                batch.buffers[index].int32 = [Int32(clamping: rows)]
            } else if input.name.hasSuffix(".lengths") {
                let own = type.dimensions.first == .user ? 1 : rows
                // A sequence's values are counted in steps, or its ids go through a lookup that keeps each.
                let isSequence = isSequence(feature)
                batch.buffers[index].int32 = [Int32](repeating: isSequence ? Int32(clamping: steps) : 1, count: own)
                counts[feature] = own * (isSequence ? steps : 1)
            }
        }
        for (index, input) in graph.inputs.enumerated() where input.name.hasSuffix(".key_lengths") {
            let feature = String(input.name.prefix { $0 != "." })
            batch.buffers[index].int32 = [Int32](repeating: 1, count: counts[feature] ?? 0)
        }
        for (index, input) in graph.inputs.enumerated() {
            let type = graph.type(input.value), feature = String(input.name.prefix { $0 != "." })
            let own = counts[feature] ?? (type.dimensions.first == .user ? 1 : rows)
            switch type.dtype {
            case .i64:
                batch.buffers[index].int64 = (0..<own).map { _ in
                    Int64(next() % UInt64(max(tableRows[feature] ?? 1, 1)))
                }
            case .f32:
                batch.buffers[index].float = (0..<own * batch.slots[index].width).map { _ in
                    Float(next() % 2000) / 1000 - 1
                }
            default: break
            }
        }
        return batch
    }

    /// Whether a feature's values are steps: looked up one by one, or dense with lengths.
    private func isSequence(_ feature: String) -> Bool {
        guard let values = graph.inputs.first(where: { $0.name == "\(feature).values" }) else { return false }
        if graph.type(values.value).dtype == .f32 { return true }
        return graph.nodes.contains { node in
            node.operation is EmbeddingLookup && node.operation.attributes.entries["feature"] == .string(feature)
        }
    }

    private mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
