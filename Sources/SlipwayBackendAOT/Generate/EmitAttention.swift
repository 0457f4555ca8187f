import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

extension Emits {
    /// The layer and those over it, block by block of steps, so that nothing of the size of all steps is made.
    static let attentionLayer: Emit = { node, writer in
        guard let queryWeight = try writer.packed(try node.value("query_weight")),
            let stepWeight = try writer.weight(try node.value("step_weight")),
            let productWeight = try writer.weight(try node.value("product_weight"))
        else { throw Emits.missing("weight") }
        let columns = queryWeight.outputs, narrow = queryWeight.inputs, width = stepWeight.shape[1]
        var chain = ColumnChain(columns: columns)
        if let bias = node.operand("bias"), let values = try writer.weight(bias) { chain.add(values.floats) }
        let first = try writer.extend(&chain, from: try node.result())
        var layers: [(weight: (expression: String, outputs: Int, inputs: Int), chain: ColumnChain)] = []
        var result = first
        while let next = try writer.takeLayer(after: result) {
            layers.append((next.weight, next.chain))
            result = next.result
        }

        let query = try node.value("query"), sequence = try node.value("sequence")
        let (lengths, counts) = try writer.sequences(node, of: sequence)
        let rows = try writer.rows(query)
        if let counts {
            writer.measure(
                "CHECK(settle(&\(try writer.rows(result)), total_repeated(\(lengths.rows), \(lengths.base), \(counts))));"
            )
            writer.measure("CHECK(settle(&\(rows), total(\(lengths.rows), \(counts))));")
        } else {
            writer.measure("CHECK(settle(&\(try writer.rows(result)), total(\(lengths.rows), \(lengths.base))));")
        }
        let q = try writer.place(query), s = try writer.place(sequence)
        let shares = try writer.scratch(rowsOf: query, bytes: 4 * columns)
        // Panels may be up to 32 columns wide.
        let matrix = try writer.scratch(rowsOf: nil, bytes: 4 * width * ((columns + 31) / 32 * 32))
        let widest = layers.reduce(columns) { max($0, $1.weight.outputs) }
        let block = try writer.scratch(rowsOf: nil, bytes: 4 * 96 * widest)
        let other = try writer.scratch(rowsOf: nil, bytes: 4 * 96 * widest)
        let out = try writer.define(result)

        let steps = "w[\(writer.weights.add(stepWeight, .packed))]"
        let products = "w[\(writer.weights.add(Self.widened(productWeight, to: width), .packed))]"
        let vectors = chain.vectors
        let bias = vectors.bias.map { ".bias = \(writer.plain($0))" } ?? "0"
        let epilogue = writer.epilogue(vectors, bias: "\(shares) + row * \(columns)")
        let name = "layers_\(writer.number)_\(writer.position)"
        if !layers.isEmpty { writer.function(Self.function(name, layers, &writer)) }

        writer.line(
            "TRY(multiply(\(rows), \(columns), \(narrow), \(q.base), \(q.stride), \(queryWeight.expression), \(shares), "
                + "\(columns), &(slipway_epilogue){\(bias)}));")
        writer.line("{")
        writer.line("    int64_t first = 0, step = 0, row = 0, start = 0;")
        writer.line("    for (int64_t u = 0; u < \(lengths.rows); u++) {")
        writer.line("        const int64_t length = \(lengths.base)[u];")
        writer.line("        for (int32_t c = 0; c < \(counts.map { "\($0)[u]" } ?? "1"); c++, row++) {")
        writer.line("            if (length == 0) continue;")
        writer.line(
            "            fold_query(\(columns), \(width), \(narrow), \(q.base) + row * \(q.stride), \(steps), \(products), \(matrix));"
        )
        writer.line("            for (int64_t t = 0, m; t < length; t += m) {")
        writer.line(
            "                m = length - t < attention_block - (step - first) ? length - t : attention_block - (step - first);"
        )
        let target =
            layers.isEmpty
            ? "\(out.base) + step * \(out.stride), \(out.stride)" : "\(block) + (step - first) * \(columns), \(columns)"
        writer.line(
            "                TRY(multiply(m, \(columns), \(width), \(s.base) + (start + t) * \(s.stride), \(s.stride), \(matrix), \(target), \(epilogue)));"
        )
        writer.line("                step += m;")
        writer.line("                if (step - first < attention_block) continue;")
        let finish =
            layers.isEmpty
            ? ""
            : "CHECK(\(name)(w, step - first, \(block), \(other), \(out.base) + first * \(out.stride), \(out.stride)));"
        writer.line("                \(finish)")
        writer.line("                first = step;")
        writer.line("            }")
        writer.line("        }")
        writer.line("        start += length;")
        writer.line("    }")
        writer.line("    if (step > first) { \(finish) }")
        writer.line("    (void)\(other);")
        writer.line("}")
        writer.releaseScratch()
    }

    /// The layers over the first on one block.
    private static func function(
        _ name: String, _ layers: [(weight: (expression: String, outputs: Int, inputs: Int), chain: ColumnChain)],
        _ writer: inout RegionWriter
    ) -> String {
        var lines = [
            "LOCAL int32_t \(name)(const float *const *w, int64_t m, float *block, float *other, float *out, int64_t ldo) {",
            "    (void)other;",
        ]
        var (from, to) = ("block", "other")
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            lines.append(
                "    TRY(multiply(m, \(layer.weight.outputs), \(layer.weight.inputs), \(from), \(layer.weight.inputs), "
                    + "\(layer.weight.expression), \(isLast ? "out, ldo" : "\(to), \(layer.weight.outputs)"), "
                    + "\(writer.epilogue(layer.chain.vectors))));")
            swap(&from, &to)
        }
        return (lines + ["    return SLIPWAY_AOT_OK;", "}"]).joined(separator: "\n")
    }

    /// A matrix [N, K] with columns of zeros behind.
    private static func widened(_ tensor: Tensor, to width: Int) -> Tensor {
        let rows = tensor.shape[0], columns = tensor.shape[1], source = tensor.floats
        guard columns < width else { return tensor }
        var values: [Float] = []
        values.reserveCapacity(rows * width)
        for row in 0..<rows {
            values += source[row * columns..<(row + 1) * columns]
            values += [Float](repeating: 0, count: width - columns)
        }
        return Tensor(shape: [rows, width], floats: values)
    }
}

extension RegionWriter {
    /// Takes the linear layer that is the only reader of `value`, and what follows it. nil when there is none.
    mutating func takeLayer(
        after value: ValueID
    ) throws -> (weight: (expression: String, outputs: Int, inputs: Int), chain: ColumnChain, result: ValueID)? {
        guard let reader = onlyReader(of: value) else { return nil }
        let node = graph.nodes[reader]
        guard node.operation is Linear, node.operand("input") == value,
            let weight = try packed(try node.value("weight"))
        else { return nil }
        var chain = ColumnChain(columns: weight.outputs)
        if let bias = node.operand("bias"), let values = try self.weight(bias) { chain.add(values.floats) }
        take(reader)
        let result = try extend(&chain, from: try node.result())
        return (weight, chain, result)
    }
}
