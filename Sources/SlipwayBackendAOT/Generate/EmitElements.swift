import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

extension Emits {
    /// Affine, batch norm and the activations that kernels have, with those that follow.
    static let pointwise: Emit = { node, writer in
        let input = try node.value("input")
        guard let columns = writer.sizes(input).last else { throw Emits.missing("columns") }
        var chain = ColumnChain(columns: columns)
        guard try chain.append(node, of: input, weight: { try writer.weight($0) }) else {
            throw Emits.missing("weights")
        }
        let result = try writer.extend(&chain, from: try node.result())
        let epilogue = writer.epilogue(chain.vectors)
        try writer.eachMatrix(input, result) { m, x, ldx, y, ldy in
            "TRY(KERNEL(activate_f32)(\(m), \(columns), \(x), \(ldx), \(y), \(ldy), \(epilogue)));"
        }
    }

    static let unary: Emit = { node, writer in
        guard let operation = node.operation as? Unary else { throw Emits.missing("op") }
        if operation.function.kernel != nil { return try pointwise(node, &writer) }
        guard let function = functions[operation.function] else { throw Emits.missing("function") }
        let input = try node.value("input"), result = try node.result()
        let x = try writer.place(input), y = try writer.define(result)
        let rows = try writer.rows(result), width = writer.inner(result)
        switch function {
        case .kernel(let name):
            writer.line(
                "TRY(KERNEL(unary_f32)(\(name), \(rows), \(width), \(x.base), \(x.stride), \(y.base), \(y.stride)));")
        case .expression(let text):
            writer.line("for (int64_t r = 0; r < \(rows); r++)")
            writer.line("    for (int64_t i = 0; i < \(width); i++) {")
            writer.line("        const float x = \(x.base)[r * \(x.stride) + i];")
            writer.line("        \(y.base)[r * \(y.stride) + i] = \(text);")
            writer.line("    }")
        }
    }

    /// A function without an activation kernel: another kernel, or an expression of x.
    enum Function: Sendable {
        case kernel(String)
        case expression(String)
    }

    static let functions: [Unary.Function: Function] = [
        .exp: .kernel("SLIPWAY_EXP"), .log: .kernel("SLIPWAY_LOG"), .sqrt: .kernel("SLIPWAY_SQRT"),
        .abs: .kernel("SLIPWAY_ABS"), .negate: .kernel("SLIPWAY_NEGATE"), .square: .kernel("SLIPWAY_SQUARE"),
        .relu6: .expression("clamped(x, 0, 6)"), .hardtanh: .expression("clamped(x, -1, 1)"),
        .hardswish: .expression("x * clamped(x + 3, 0, 6) / 6"),
        .hardsigmoid: .expression("clamped(x / 6 + 0.5f, 0, 1)"),
        .softsign: .expression("x / (1 + __builtin_fabsf(x))"),
    ]

    static let binary: Emit = { node, writer in
        guard let operation = node.operation as? Binary else { throw Emits.missing("op") }
        let result = try node.result()
        let target = writer.sizes(result)
        let left = try writer.strided(try node.value("a"), rank: target.count)
        let right = try writer.strided(try node.value("b"), rank: target.count)
        let out = try writer.define(result)
        let expression: String
        switch operation.function {
        case .add: expression = "a + b"
        case .subtract: expression = "a - b"
        case .multiply: expression = "a * b"
        case .divide: expression = "a / b"
        case .maximum: expression = "largest(a, b)"
        case .minimum: expression = "smallest(a, b)"
        }
        // Axes that all three can walk as one are one.
        var axes: [(size: Int, a: Int, b: Int, out: Int)] = []
        var stride = 1
        for axis in target.indices.reversed() {
            defer { stride *= target[axis] }
            guard target[axis] != 1 else { continue }
            let next = (size: target[axis], a: left.strides[axis], b: right.strides[axis], out: stride)
            if let last = axes.last, next.a == last.a * last.size, next.b == last.b * last.size,
                next.out == last.out * last.size
            {
                axes[axes.count - 1].size *= next.size
            } else {
                axes.append(next)
            }
        }
        var indent = ""
        func open(_ text: String) {
            writer.line(indent + text)
            indent += "    "
        }
        open("for (int64_t r = 0; r < \(try writer.rows(result)); r++)")
        func index(_ row: String, _ stride: (Int, (size: Int, a: Int, b: Int, out: Int)) -> Int) -> String {
            ([row] + axes.enumerated().map { "i\($0.offset) * \(stride($0.offset, $0.element))" }).joined(
                separator: " + ")
        }
        for (number, axis) in axes.enumerated().reversed() {
            open("for (int64_t i\(number) = 0; i\(number) < \(axis.size); i\(number)++)")
        }
        open("{")
        writer.line("\(indent)const float a = \(left.base)[\(index(left.row) { $1.a })];")
        writer.line("\(indent)const float b = \(right.base)[\(index(right.row) { $1.b })];")
        writer.line("\(indent)\(out.base)[\(index("r * \(out.stride)") { $1.out })] = \(expression);")
        writer.line("\(indent)}")
    }
}

extension RegionWriter {
    /// An operand aligned from the right with a result of `rank` dimensions after the rows: how to reach a row of it, and the
    /// stride of each axis, 0 where it is stretched.
    mutating func strided(_ value: ValueID, rank: Int) throws -> (base: String, row: String, strides: [Int]) {
        let dimensions = graph.type(value).dimensions
        let base: String, row: String
        let sizes: [Int]
        if let tensor = try weight(value) {
            // A weight's first dimension lines up with an inner one; where its rank is that of the result, it is 1.
            base = plain(tensor.floats)
            row = "0"
            sizes = Array((tensor.shape.count > rank ? Array(tensor.shape.dropFirst()) : tensor.shape))
        } else {
            let place = try place(value)
            base = place.base
            row = "r * \(place.stride)"
            sizes = dimensions.dropFirst().compactMap(\.size)
        }
        var strides = [Int](repeating: 0, count: rank)
        var stride = 1
        for (offset, size) in sizes.reversed().enumerated() {
            strides[rank - 1 - offset] = size == 1 ? 0 : stride
            stride *= size
        }
        return (base, row, strides)
    }
}
