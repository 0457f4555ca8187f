import SlipwayCore
import SlipwayGraph
import SlipwayKernels
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
        var layers: [Layer] = []
        var result = first
        while let next = try writer.takeLayer(after: result) {
            layers.append(Layer(weight: next.weight, chain: next.chain))
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
        let matrixSize = width * ((columns + 31) / 32 * 32)
        let matrix = try writer.scratch(rowsOf: nil, bytes: 4 * matrixSize * queriesAtOnce)
        let widest = layers.reduce(columns) { max($0, $1.weight.outputs) }
        let block = try writer.scratch(rowsOf: nil, bytes: 4 * 96 * widest)
        let other = try writer.scratch(rowsOf: nil, bytes: 4 * 96 * widest)
        let isReduced = writer.reducesAttention && TargetAttention.isReducible(width: width, outputs: columns)
        let codes =
            isReduced ? try writer.scratch(rowsOf: sequence, bytes: ReducedSteps.stepBytes(width: width)) : "NULL"
        let codeBytes = layers.map(\.weight.codeBytes).max() ?? 0
        let scratch = codeBytes > 0 ? try writer.scratch(rowsOf: nil, bytes: codeBytes) : "NULL"
        let out = try writer.define(result)

        let steps = "w[\(writer.weights.add(stepWeight, .packed))]"
        let products = "w[\(writer.weights.add(Self.widened(productWeight, to: width), .packed))]"
        let vectors = chain.vectors
        let bias = vectors.bias.map { ".bias = \(writer.plain($0))" } ?? "0"
        let name = "layers_\(writer.number)_\(writer.position)"
        if !layers.isEmpty { writer.function(Self.function(name, layers, &writer)) }
        writer.line(
            "TRY(multiply(\(rows), \(columns), \(narrow), \(q.base), \(q.stride), "
                + "\(queryWeight.unreduced.expression(codes: "")), \(shares), \(columns), &(slipway_epilogue){\(bias)}));"
        )
        var fields = [
            ".users = \(lengths.rows)", ".lengths = \(lengths.base)", ".counts = \(counts ?? "NULL")",
            ".columns = \(columns)", ".width = \(width)", ".narrow = \(narrow)", ".query = \(q.base)",
            ".ldq = \(q.stride)", ".sequence = \(s.base)", ".lds = \(s.stride)", ".shares = \(shares)",
            ".steps = \(steps)", ".products = \(products)", ".matrix = \(matrix)", ".matrix_size = \(matrixSize)",
            ".codes = \(codes)",
            ".block = \(block)", ".other = \(other)", ".out = \(out.base)", ".ldo = \(out.stride)",
            // Each query's share is its bias.
            ".epilogue = *\(writer.epilogue(vectors, bias: "NULL"))", ".layers = \(layers.isEmpty ? "NULL" : name)",
            ".call = call", ".scratch = \(scratch)",
        ]
        if isReduced {
            fields += [
                ".plain_steps = \(writer.plain(stepWeight.transposed.floats))",
                ".plain_products = \(writer.plain(productWeight.transposed.floats))",
            ]
        }
        writer.line("CHECK(attend(&(attention){\(fields.joined(separator: ", "))}));")
        writer.releaseScratch()
    }

    /// `attention_queries` of attention.h.
    private static let queriesAtOnce = 4

    /// A layer over the first.
    private struct Layer {
        let weight: PackedMatrix
        let chain: ColumnChain
    }

    /// The layers over the first on one block.
    private static func function(_ name: String, _ layers: [Layer], _ writer: inout RegionWriter) -> String {
        var lines = [
            "LOCAL int32_t \(name)(const slipway_aot_call *call, void *scratch, int64_t m, float *block, float *other, float *out, int64_t ldo) {",
            "    const float *const *const w = call->weights; (void)w;",
            "    const void *const *const r = call->reduced; (void)r;", "    (void)other, (void)scratch;",
        ]
        var (from, to) = ("block", "other")
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            lines.append(
                "    TRY(multiply(m, \(layer.weight.outputs), \(layer.weight.inputs), \(from), \(layer.weight.inputs), "
                    + "\(layer.weight.expression(codes: "scratch")), "
                    + "\(isLast ? "out, ldo" : "\(to), \(layer.weight.outputs)"), "
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
    ) throws -> (weight: PackedMatrix, chain: ColumnChain, result: ValueID)? {
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
