import SlipwayCore
import SlipwayGraph
import SlipwayKernels
import SlipwayRuntime

extension Emits {
    static let linear: Emit = { node, writer in
        let input = try node.value("input"), result = try node.result()
        guard let weight = try writer.packed(try node.value("weight")) else { throw Emits.missing("weight") }
        var chain = ColumnChain(columns: weight.outputs)
        if let bias = node.operand("bias"), let values = try writer.weight(bias) { chain.add(values.floats) }
        let share = writer.addition(to: result)
        let product = share?.sum ?? result
        let last = try writer.extend(&chain, from: product)
        if let share { return try writer.layer(input, weight, chain, last, plus: share.other) }
        try writer.layer(input, weight, chain, last)
    }

    static let matmul: Emit = { node, writer in
        guard let operation = node.operation as? Matmul else { throw Emits.missing("op") }
        let a = try node.value("a"), b = try node.value("b"), result = try node.result()
        if let tensor = try writer.weight(b) {
            let matrix = operation.transposeB ? tensor : tensor.transposed
            let index = writer.weights.add(matrix, .packed)
            let chain = ColumnChain(columns: matrix.shape[0])
            let packed = PackedMatrix(index: index, outputs: matrix.shape[0], inputs: matrix.shape[1])
            return try writer.layer(a, packed, chain, result)
        }
        let x = try writer.place(a), y = try writer.place(b), z = try writer.define(result)
        let left = writer.sizes(a), right = writer.sizes(b)
        let columns = operation.transposeB ? right[0] : right[1]
        let rows = try writer.rows(result)
        writer.line(
            "TRY(KERNEL(bmm_f32)(&(slipway_bmm_args){.batch = \(rows), .m = \(left[0]), .n = \(columns), .k = \(left[1]), "
                + ".a = \(x.base), .lda = \(left[1]), .a_batch_stride = \(x.stride), .b = \(y.base), .ldb = \(right[1]), "
                + ".b_batch_stride = \(y.stride), .b_transposed = \(operation.transposeB ? 1 : 0), .c = \(z.base), "
                + ".ldc = \(columns), .c_batch_stride = \(z.stride)}));")
    }

    static let factorizationMachine: Emit = { node, writer in
        let input = try node.value("input"), result = try node.result()
        let x = try writer.place(input), y = try writer.define(result), sizes = writer.sizes(input)
        writer.line(
            "TRY(KERNEL(fm_f32)(\(try writer.rows(result)), \(sizes[0]), \(sizes[1]), \(x.base), \(x.stride), \(y.base), "
                + "\(y.stride)));")
    }

    static let pairwiseDot: Emit = { node, writer in
        let input = try node.value("input"), result = try node.result()
        let x = try writer.place(input), y = try writer.define(result), sizes = writer.sizes(input)
        writer.line(
            "TRY(KERNEL(interact_f32)(\(try writer.rows(result)), \(sizes[0]), \(sizes[1]), SLIPWAY_UPPER, \(x.base), "
                + "\(x.stride), \(y.base), \(y.stride)));")
    }

    static func missing(_ what: String) -> SlipwayError {
        SlipwayError(.internalFault, "a node lacks its \(what)")
    }
}

extension RegionWriter {
    /// Takes the steps after `value` into `chain` as long as each is the only reader of the one before; gives the last value.
    mutating func extend(_ chain: inout ColumnChain, from value: ValueID) throws -> ValueID {
        var last = value
        while let reader = onlyReader(of: last) {
            let node = graph.nodes[reader]
            guard let result = node.results.first, try chain.append(node, of: last, weight: { try weight($0) })
            else { break }
            take(reader)
            last = result
        }
        return last
    }

    /// Where the only reader of a layer's product adds a value of the same shape that is made already: that sum and value.
    mutating func addition(to product: ValueID) -> (sum: ValueID, other: ValueID)? {
        guard let reader = onlyReader(of: product) else { return nil }
        let node = graph.nodes[reader]
        guard let binary = node.operation as? Binary, binary.function == .add, let a = node.operand("a"),
            let b = node.operand("b"), a != b, graph.type(a).dimensions == graph.type(b).dimensions,
            graph.type(a).rank == 2, let sum = node.results.first
        else { return nil }
        let other = a == product ? b : a
        guard isDefined(other) || isShare(other) else { return nil }
        take(reader)
        return (sum, other)
    }

    /// Whether `value` repeats a request's rows only to be added to a layer's product.
    func isShare(_ value: ValueID) -> Bool {
        guard let producer = producer(of: value), graph.nodes[producer].operation is Tile,
            let reader = onlyReader(of: value), let a = graph.nodes[reader].operand("a"),
            let b = graph.nodes[reader].operand("b"), graph.nodes[reader].operation is Binary
        else { return false }
        let product = a == value ? b : a
        guard let layer = self.producer(of: product), layer > producer, graph.nodes[layer].operation is Linear,
            onlyReader(of: product) == reader, graph.type(a).dimensions == graph.type(b).dimensions,
            graph.type(a).rank == 2, let binary = graph.nodes[reader].operation as? Binary, binary.function == .add
        else { return false }
        return true
    }

    /// `result` = f(input · weight), row by row.
    mutating func layer(
        _ input: ValueID, _ weight: PackedMatrix, _ chain: ColumnChain,
        _ result: ValueID
    ) throws {
        let epilogue = epilogue(chain.vectors), matrix = try expression(weight)
        try eachMatrix(input, result) { m, x, ldx, y, ldy in
            "TRY(multiply(\(m), \(weight.outputs), \(weight.inputs), \(x), \(ldx), \(matrix), \(y), \(ldy), "
                + "\(epilogue)));"
        }
        releaseScratch()
    }

    /// `result` = f(input · weight + other), where `other` may be a request's share.
    mutating func layer(
        _ input: ValueID, _ weight: PackedMatrix, _ chain: ColumnChain,
        _ result: ValueID, plus other: ValueID
    ) throws {
        let x = try place(input), y = try define(result), rows = try rows(result)
        let matrix = try expression(weight)
        defer { releaseScratch() }
        if isShare(other), let producer = producer(of: other), let share = graph.nodes[producer].operand("rows"),
            let count = graph.nodes[producer].operand("count")
        {
            let from = try place(share), counts = try place(count)
            line(
                "TRY(multiply_shared(\(try self.rows(share)), \(counts.base), \(rows), \(weight.outputs), \(weight.inputs), "
                    + "\(x.base), \(x.stride), \(matrix), \(from.base), \(from.stride), \(y.base), \(y.stride), "
                    + "\(epilogue(chain.vectors))));")
            return
        }
        let from = try place(other)
        line("copy_rows(\(rows), \(weight.outputs), \(from.base), \(from.stride), \(y.base), \(y.stride));")
        line(
            "TRY(multiply(\(rows), \(weight.outputs), \(weight.inputs), \(x.base), \(x.stride), \(matrix), "
                + "\(y.base), \(y.stride), \(epilogue(chain.vectors, accumulates: true))));")
    }

    /// The epilogue of a chain, as C.
    mutating func epilogue(_ vectors: ColumnVectors, accumulates: Bool = false, bias: String? = nil) -> String {
        var fields: [String] = []
        if let bias { fields.append(".bias = \(bias)") }
        for (name, values) in [
            ("bias", bias == nil ? vectors.bias : nil), ("scale", vectors.scale), ("shift", vectors.shift),
            ("alpha", vectors.alpha), ("gate_scale", vectors.gateScale), ("gate_shift", vectors.gateShift),
        ] {
            if let values { fields.append(".\(name) = \(plain(values))") }
        }
        fields.append(".activation = \(vectors.activation.code)")
        if vectors.activation.slope != 0 { fields.append(".slope = \(number(vectors.activation.slope))") }
        if accumulates { fields.append(".accumulate = 1") }
        return "&(slipway_epilogue){\(fields.joined(separator: ", "))}"
    }

    /// A float as C that keeps every bit.
    func number(_ value: Float) -> String {
        if value.isNaN { return "__builtin_nanf(\"\")" }
        if value.isInfinite { return value < 0 ? "-__builtin_inff()" : "__builtin_inff()" }
        guard value.isNormal else {
            return value == 0 ? (value.sign == .minus ? "-0.0f" : "0.0f") : "\(Double(value))f"
        }
        let fraction = String(value.significandBitPattern << 1, radix: 16)
        let padded = String(repeating: "0", count: max(0, 6 - fraction.count)) + fraction
        return "\(value.sign == .minus ? "-" : "")0x1.\(padded)p\(value.exponent)f"
    }

    /// Writes a step for all matrices over the last dimension of two values whose other dimensions agree.
    mutating func eachMatrix(
        _ input: ValueID, _ result: ValueID,
        _ step: (_ m: String, _ x: String, _ ldx: String, _ y: String, _ ldy: String) -> String
    ) throws {
        let x = try place(input), y = try define(result), rows = try rows(result)
        let from = sizes(input), to = sizes(result)
        guard from.count > 1 else { return line(step(rows, x.base, x.stride, y.base, y.stride)) }
        let outer = from.dropLast().reduce(1, *), k = from[from.count - 1], n = to[to.count - 1]
        if x.stride == "\(outer * k)", y.stride == "\(outer * n)" {
            return line(step("\(rows) * \(outer)", x.base, "\(k)", y.base, "\(n)"))
        }
        line("for (int64_t r = 0; r < \(rows); r++)")
        line("    " + step("\(outer)", "\(x.base) + r * \(x.stride)", "\(k)", "\(y.base) + r * \(y.stride)", "\(n)"))
    }
}

extension Node {
    /// The value of an operand that the verifier has made sure of.
    func value(_ role: String) throws -> ValueID {
        guard let value = operand(role) else { throw Emits.missing(role) }
        return value
    }

    func result() throws -> ValueID {
        guard let value = results.first else { throw Emits.missing("result") }
        return value
    }
}
