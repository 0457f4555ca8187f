import SlipwayCore
import SlipwayGraph

extension Emits {
    static let tile: Emit = { node, writer in
        let rows = try node.value("rows"), count = try node.value("count"), result = try node.result()
        let counts = try writer.place(count)
        writer.measure(
            "CHECK(settle(&\(try writer.rows(result)), total(\(try writer.rows(count)), \(counts.base))));")
        // The layer that it is added to reads the rows where they are.
        if writer.isShare(result) { return }
        let x = try writer.place(rows), y = try writer.define(result)
        writer.line(
            "repeat_rows(\(try writer.rows(rows)), \(counts.base), \(writer.inner(rows)), \(x.base), \(x.stride), \(y.base), "
                + "\(y.stride));")
    }

    static let jaggedTile: Emit = { node, writer in
        let values = try node.value("values"), result = try node.result()
        let (lengths, counts) = try writer.sequences(node, of: values)
        writer.measure(
            "CHECK(settle(&\(try writer.rows(result)), total_repeated(\(lengths.rows), \(lengths.base), \(counts ?? ""))));"
        )
        let x = try writer.place(values), y = try writer.define(result)
        writer.line(
            "repeat_sequences(\(lengths.rows), \(lengths.base), \(counts ?? ""), \(writer.inner(values)), \(x.base), \(x.stride), "
                + "\(y.base), \(y.stride));")
    }

    static let jaggedExpand: Emit = { node, writer in
        let rows = try node.value("rows"), lengths = try node.value("lengths"), result = try node.result()
        let own = try writer.place(lengths), x = try writer.place(rows)
        writer.measure("CHECK(settle(&\(try writer.rows(result)), total(\(try writer.rows(lengths)), \(own.base))));")
        let y = try writer.define(result)
        writer.line(
            "repeat_rows(\(try writer.rows(rows)), \(own.base), \(writer.inner(rows)), \(x.base), \(x.stride), \(y.base), "
                + "\(y.stride));")
    }

    static let jaggedAlign: Emit = { node, writer in
        let values = try node.value("values"), result = try node.result()
        let (lengths, _) = try writer.sequences(node, of: values)
        let target = try node.value("target"), wanted = try writer.place(target)
        writer.measure("CHECK(settle(&\(try writer.rows(result)), total(\(try writer.rows(target)), \(wanted.base))));")
        if target == node.operand("lengths"), try writer.alias(result, of: values) { return }
        let x = try writer.place(values), y = try writer.define(result)
        writer.line(
            "align_rows(\(lengths.rows), \(lengths.base), \(wanted.base), \(writer.inner(values)), \(x.base), \(x.stride), "
                + "\(y.base), \(y.stride));")
    }

    static let jaggedSoftmax: Emit = { node, writer in
        let values = try node.value("values"), result = try node.result()
        let (lengths, _) = try writer.sequences(node, of: values)
        let x = try writer.place(values), y = try writer.define(result), rows = try writer.rows(values)
        // The kernel reads and writes a vector without gaps.
        if x.stride == "1", y.stride == "1" {
            return writer.line(
                "TRY(KERNEL(segment_softmax_f32)(\(lengths.rows), \(lengths.base), \(rows), \(x.base), 1, \(y.base)));")
        }
        let dense = try writer.scratch(rowsOf: values, bytes: 4)
        writer.line("copy_rows(\(rows), 1, \(x.base), \(x.stride), \(dense), 1);")
        writer.line(
            "TRY(KERNEL(segment_softmax_f32)(\(lengths.rows), \(lengths.base), \(rows), \(dense), 1, \(dense)));")
        writer.line("copy_rows(\(rows), 1, \(dense), 1, \(y.base), \(y.stride));")
        writer.releaseScratch()
    }

    static let segmentReduce: Emit = { node, writer in
        guard let operation = node.operation as? SegmentReduce else { throw Emits.missing("op") }
        let values = try node.value("values"), result = try node.result()
        let (lengths, _) = try writer.sequences(node, of: values)
        let x = try writer.place(values), y = try writer.define(result)
        writer.line(
            "TRY(KERNEL(segment_sum_f32)(\(lengths.rows), \(lengths.base), \(try writer.rows(values)), \(writer.inner(values)), "
                + "\(x.base), \(x.stride), NULL, \(operation.mode == .mean ? "SLIPWAY_POOL_MEAN" : "SLIPWAY_POOL_SUM"), \(y.base), "
                + "\(y.stride)));")
    }

    static let weightedSum: Emit = { node, writer in
        let weights = try node.value("weights"), values = try node.value("values"), result = try node.result()
        let (lengths, counts) = try writer.sequences(node, of: values)
        let factors = try writer.place(weights), rows = try writer.rows(weights)
        var dense = factors.base
        if factors.stride != "1" {
            dense = try writer.scratch(rowsOf: weights, bytes: 4)
            writer.line("copy_rows(\(rows), 1, \(factors.base), \(factors.stride), \(dense), 1);")
        }
        let x = try writer.place(values), y = try writer.define(result), width = writer.inner(values)
        if let counts {
            writer.measure("CHECK(settle(&\(rows), total_repeated(\(lengths.rows), \(lengths.base), \(counts))));")
            writer.measure("CHECK(settle(&\(try writer.rows(result)), total(\(lengths.rows), \(counts))));")
            writer.line(
                "TRY(weighted_sums(\(lengths.rows), \(lengths.base), \(counts), \(width), \(dense), \(x.base), \(x.stride), "
                    + "\(y.base), \(y.stride)));")
        } else {
            writer.line(
                "TRY(KERNEL(segment_sum_f32)(\(lengths.rows), \(lengths.base), \(try writer.rows(values)), \(width), \(x.base), "
                    + "\(x.stride), \(dense), SLIPWAY_POOL_SUM, \(y.base), \(y.stride)));")
        }
        writer.releaseScratch()
    }
}

extension RegionWriter {
    /// The lengths of a node's sequences, checked against `values`, and the candidates of each where the node has them.
    mutating func sequences(
        _ node: Node, of values: ValueID
    ) throws -> (lengths: (base: String, rows: String), counts: String?) {
        let lengths = try node.value("lengths"), place = try place(lengths), rows = try rows(lengths)
        measure("CHECK(settle(&\(try self.rows(values)), total(\(rows), \(place.base))));")
        let counts = try node.operand("count").map { try self.place($0).base }
        return ((place.base, rows), counts)
    }
}
