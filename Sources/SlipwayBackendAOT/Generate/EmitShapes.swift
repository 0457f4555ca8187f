import SlipwayCore
import SlipwayGraph

extension Emits {
    static let concat: Emit = { node, writer in
        guard let operation = node.operation as? Concat else { throw Emits.missing("op") }
        let result = try node.result()
        let whole = try writer.define(result), rows = try writer.rows(result), sizes = writer.sizes(result)
        let outer = sizes[..<(operation.axis - 1)].reduce(1, *)
        let wide = sizes[(operation.axis - 1)...].reduce(1, *)
        var offset = 0
        for part in node.operands("input") {
            let block = writer.sizes(part)[(operation.axis - 1)...].reduce(1, *)
            defer { offset += block }
            guard !writer.isInPlace(part, of: result, offset) else { continue }
            let from = try writer.place(part)
            if outer == 1 {
                writer.line(
                    "copy_rows(\(rows), \(block), \(from.base), \(from.stride), \(whole.base) + \(offset), \(whole.stride));"
                )
            } else {
                writer.line("for (int64_t r = 0; r < \(rows); r++)")
                writer.line(
                    "    copy_rows(\(outer), \(block), \(from.base) + r * \(from.stride), \(block), "
                        + "\(whole.base) + r * \(whole.stride) + \(offset), \(wide));")
            }
        }
    }

    static let reshape: Emit = { node, writer in
        let input = try node.value("input"), result = try node.result()
        if try writer.alias(result, of: input) { return }
        let x = try writer.place(input), y = try writer.define(result)
        writer.line(
            "copy_rows(\(try writer.rows(result)), \(writer.inner(result)), \(x.base), \(x.stride), \(y.base), \(y.stride));"
        )
    }

    static let slice: Emit = { node, writer in
        guard let operation = node.operation as? Slice else { throw Emits.missing("op") }
        let input = try node.value("input"), result = try node.result()
        let from = writer.sizes(input), to = writer.sizes(result)
        let tail = from[operation.axis...].reduce(1, *)
        if operation.axis == 1, try writer.alias(result, of: input, offset: operation.start * tail) { return }
        let outer = from[..<(operation.axis - 1)].reduce(1, *)
        let wide = from[operation.axis - 1] * tail, narrow = to[operation.axis - 1] * tail
        let x = try writer.place(input), y = try writer.define(result)
        writer.line("for (int64_t r = 0; r < \(try writer.rows(result)); r++)")
        writer.line(
            "    copy_rows(\(outer), \(narrow), \(x.base) + r * \(x.stride) + \(operation.start * tail), \(wide), "
                + "\(y.base) + r * \(y.stride), \(narrow));")
    }

    static let transpose: Emit = { node, writer in
        guard let operation = node.operation as? Transpose else { throw Emits.missing("op") }
        let input = try node.value("input"), result = try node.result()
        let from = writer.sizes(input), to = writer.sizes(result)
        var strides = [Int](repeating: 1, count: from.count)
        for axis in stride(from: from.count - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * from[axis + 1]
        }
        let x = try writer.place(input), y = try writer.define(result)
        var indent = ""
        writer.line("for (int64_t r = 0; r < \(try writer.rows(result)); r++) {")
        writer.line("    float *to = \(y.base) + r * \(y.stride);")
        for (axis, size) in to.enumerated() {
            indent += "    "
            writer.line("\(indent)for (int64_t i\(axis) = 0; i\(axis) < \(size); i\(axis)++)")
        }
        let index = to.indices.map { "i\($0) * \(strides[operation.permutation[$0 + 1] - 1])" }.joined(separator: " + ")
        writer.line("\(indent)    *to++ = \(x.base)[r * \(x.stride) + \(index.isEmpty ? "0" : index)];")
        writer.line("}")
    }

    static let reduce: Emit = { node, writer in
        guard let operation = node.operation as? Reduce else { throw Emits.missing("op") }
        let input = try node.value("input"), result = try node.result()
        let sizes = writer.sizes(input), axis = operation.axis - 1
        let outer = sizes[..<axis].reduce(1, *), count = sizes[axis], inner = sizes[(axis + 1)...].reduce(1, *)
        let x = try writer.place(input), y = try writer.define(result)
        writer.line("for (int64_t r = 0; r < \(try writer.rows(result)); r++)")
        writer.line("    for (int64_t o = 0; o < \(outer); o++)")
        writer.line("        for (int64_t i = 0; i < \(inner); i++) {")
        writer.line("            const float *from = \(x.base) + r * \(x.stride) + o * \(count * inner) + i;")
        switch operation.function {
        case .maximum:
            writer.line("            float y = from[0];")
            writer.line("            for (int64_t j = 1; j < \(count); j++) y = largest(from[j * \(inner)], y);")
        case .sum, .mean:
            // Long rows are summed in double, as the reference does.
            writer.line("            double y = 0;")
            writer.line("            for (int64_t j = 0; j < \(count); j++) y += from[j * \(inner)];")
            if operation.function == .mean { writer.line("            y /= \(count);") }
        }
        writer.line("            \(y.base)[r * \(y.stride) + o * \(inner) + i] = (float)y;")
        writer.line("        }")
    }

    static let softmax: Emit = { node, writer in
        let input = try node.value("input"), result = try node.result()
        guard let columns = writer.sizes(input).last else { throw Emits.missing("columns") }
        try writer.eachMatrix(input, result) { m, x, ldx, y, ldy in
            "TRY(KERNEL(softmax_f32)(\(m), \(columns), \(x), \(ldx), 1, NULL, 0, \(y), \(ldy)));"
        }
    }

    static let layerNorm: Emit = { node, writer in
        guard let operation = node.operation as? LayerNorm else { throw Emits.missing("op") }
        let input = try node.value("input"), result = try node.result()
        guard let columns = writer.sizes(input).last else { throw Emits.missing("columns") }
        var vectors: [String] = []
        for role in ["gamma", "beta"] {
            guard let value = node.operand(role), let tensor = try writer.weight(value) else {
                vectors.append("NULL")
                continue
            }
            vectors.append(writer.plain(tensor.floats))
        }
        let epsilon = writer.number(Float(operation.epsilon))
        try writer.eachMatrix(input, result) { m, x, ldx, y, ldy in
            "TRY(KERNEL(layer_norm_f32)(\(m), \(columns), \(x), \(ldx), \(vectors[0]), \(vectors[1]), \(epsilon), \(y), "
                + "\(ldy)));"
        }
    }
}
