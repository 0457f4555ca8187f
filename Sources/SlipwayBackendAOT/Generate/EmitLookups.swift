import SlipwayCore
import SlipwayGraph

extension Emits {
    static let embeddingBag: Emit = { node, writer in
        guard let bag = node.operation as? EmbeddingBag else { throw Emits.missing("op") }
        let lengths = try node.value("lengths"), ids = try node.value("ids"), result = try node.result()
        let own = try writer.place(lengths), table = try writer.table(node, feature: bag.feature)
        writer.measure("CHECK(settle(&\(try writer.rows(ids)), total(\(try writer.rows(lengths)), \(own.base))));")
        let weights = try node.operand("weights").map { try writer.place($0).base } ?? "NULL"
        let y = try writer.define(result)
        writer.line(
            "LOOKUP(KERNEL(embedding_bag_f32)(&(slipway_bag_args){.table = \(table.text), .ids = \(try writer.place(ids).base), "
                + ".id_count = \(try writer.rows(ids)), .lengths = \(own.base), .bag_count = \(try writer.rows(lengths)), "
                + ".weights = \(weights), .out = \(y.base), .ldo = \(y.stride), "
                + ".pooling = \(bag.mode == .mean ? "SLIPWAY_POOL_MEAN" : "SLIPWAY_POOL_SUM"), "
                + ".bad_ids = call->tables[\(table.number)].bad_ids}, &report), call->reports[\(table.number)]);")
    }

    static let embeddingLookup: Emit = { node, writer in
        guard let lookup = node.operation as? EmbeddingLookup else { throw Emits.missing("op") }
        let ids = try node.value("ids"), result = try node.result()
        let table = try writer.table(node, feature: lookup.feature), y = try writer.define(result)
        writer.line(
            "LOOKUP(KERNEL(embedding_lookup_f32)(&(slipway_lookup_args){.table = \(table.text), "
                + ".ids = \(try writer.place(ids).base), .id_count = \(try writer.rows(ids)), .out = \(y.base), "
                + ".ldo = \(y.stride), .bad_ids = call->tables[\(table.number)].bad_ids}, &report), "
                + "call->reports[\(table.number)]);")
    }
}

extension RegionWriter {
    /// The table of a lookup, and its C.
    fileprivate mutating func table(_ node: Node, feature: String) throws -> (number: Int, text: String) {
        let value = try node.value("table")
        guard let parameter = graph.tables.first(where: { $0.value == value }) else { throw Emits.missing("table") }
        let type = graph.type(value), number = lookup(table: parameter.name, feature: feature)
        let text =
            "{.rows = call->tables[\(number)].rows, .row_count = call->tables[\(number)].row_count, "
            + ".row_stride_bytes = call->tables[\(number)].row_stride_bytes, .width = \(try type.width()), "
            + ".dtype = SLIPWAY_\(type.dtype.rawValue.uppercased())}"
        return (number, text)
    }
}
