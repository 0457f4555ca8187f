import SlipwayCore
public import SlipwayGraph

/// A graph under construction together with the module path that names its weights.
///
/// Upstream names a weight by the path of modules that holds it; `module` pushes one name of that path, so that a zoo file
/// reads like the model and the names fall out of it.
public struct Network {
    public var builder: GraphBuilder
    private var path: [String] = ["model"]

    public init(name: String) { builder = GraphBuilder(name: name) }

    /// Runs `body` inside module `name`.
    public mutating func module<T>(_ name: String, _ body: (inout Network) throws -> T) throws -> T {
        path.append(name)
        builder.enter(scope: name)
        defer {
            path.removeLast()
            builder.leaveScope()
        }
        return try withContext("in \(name)") { try body(&self) }
    }

    /// Runs `body` at the model's top, wherever the network stands: what several modules share is named from there.
    public mutating func atRoot<T>(_ body: (inout Network) throws -> T) throws -> T {
        let outer = path
        path = ["model"]
        let scopes = builder.takeScopes()
        defer {
            path = outer
            builder.restore(scopes: scopes)
        }
        return try body(&self)
    }

    /// The checkpoint's name of weight `leaf` in the current module.
    public func weightName(_ leaf: String) -> String { (path + [leaf]).joined(separator: ".") }

    /// Weight `leaf` of the current module, f32 of `shape`.
    public mutating func weight(_ leaf: String, _ shape: [Int]) throws -> ValueID {
        try builder.parameter(weightName(leaf), shape: shape)
    }

    public func type(_ id: ValueID) -> ValueType { builder.type(id) }
    public func width(_ id: ValueID) throws -> Int { try builder.width(id) }
}

// MARK: Steps

extension Network {
    /// torch.nn.Linear called `name`: […, K] → […, outputs].
    public mutating func linear(_ input: ValueID, _ name: String, outputs: Int, bias: Bool = true) throws -> ValueID {
        try module(name) { network in
            let inputs = try network.width(input)
            var operands = [
                Operand("input", input), Operand("weight", try network.weight("weight", [outputs, inputs])),
            ]
            if bias { operands.append(Operand("bias", try network.weight("bias", [outputs]))) }
            return try network.builder.add(Linear(), operands)
        }
    }

    public mutating func concat(_ inputs: [ValueID], axis: Int? = nil) throws -> ValueID {
        guard let first = inputs.first else { throw SlipwayError(.internalFault, "nothing to concatenate") }
        guard inputs.count > 1 else { return first }
        return try builder.add(Concat(axis: axis ?? type(first).rank - 1), inputs.map { Operand("input", $0) })
    }

    public mutating func binary(_ function: Binary.Function, _ a: ValueID, _ b: ValueID) throws -> ValueID {
        try builder.add(Binary(function), [Operand("a", a), Operand("b", b)])
    }

    public mutating func add(_ a: ValueID, _ b: ValueID) throws -> ValueID { try binary(.add, a, b) }
    public mutating func multiply(_ a: ValueID, _ b: ValueID) throws -> ValueID { try binary(.multiply, a, b) }

    public mutating func unary(_ function: Unary.Function, _ input: ValueID) throws -> ValueID {
        try builder.add(Unary(function), [Operand("input", input)])
    }

    public mutating func affine(_ input: ValueID, scale: Double, shift: Double = 0) throws -> ValueID {
        try builder.add(Affine(scale: scale, shift: shift), [Operand("input", input)])
    }

    public mutating func softmax(_ input: ValueID) throws -> ValueID {
        try builder.add(Softmax(), [Operand("input", input)])
    }

    public mutating func matmul(_ a: ValueID, _ b: ValueID, transposeB: Bool = false) throws -> ValueID {
        try builder.add(Matmul(transposeB: transposeB), [Operand("a", a), Operand("b", b)])
    }

    public mutating func reshape(_ input: ValueID, tail: [Int]) throws -> ValueID {
        try builder.add(Reshape(tail: tail), [Operand("input", input)])
    }

    public mutating func transpose(_ input: ValueID, _ permutation: [Int]) throws -> ValueID {
        try builder.add(Transpose(permutation: permutation), [Operand("input", input)])
    }

    public mutating func slice(_ input: ValueID, axis: Int, _ range: Range<Int>) throws -> ValueID {
        try builder.add(Slice(axis: axis, start: range.lowerBound, end: range.upperBound), [Operand("input", input)])
    }

    public mutating func reduce(
        _ function: Reduce.Function, _ input: ValueID, axis: Int, keep: Bool = false
    ) throws -> ValueID {
        try builder.add(Reduce(function, axis: axis, keep: keep), [Operand("input", input)])
    }

    /// Mean, sum or what `mode` says of the steps of each row: values [n, D], lengths [B] → [B, D].
    public mutating func segmentReduce(_ mode: PoolingMode, _ values: ValueID, _ lengths: ValueID) throws -> ValueID {
        try builder.add(SegmentReduce(mode: mode), [Operand("values", values), Operand("lengths", lengths)])
    }

    /// Layer normalisation called `name` over the last dimension.
    public mutating func layerNorm(_ input: ValueID, _ name: String) throws -> ValueID {
        try module(name) { network in
            let width = try network.width(input)
            return try network.builder.add(
                LayerNorm(),
                [
                    Operand("input", input), Operand("gamma", try network.weight("weight", [width])),
                    Operand("beta", try network.weight("bias", [width])),
                ])
        }
    }

    /// Batch normalisation called `name`, in eval mode.
    public mutating func batchNorm(_ input: ValueID, _ name: String) throws -> ValueID {
        try module(name) { network in
            let width = try network.width(input)
            return try network.builder.add(
                BatchNorm(),
                [
                    Operand("input", input), Operand("mean", try network.weight("running_mean", [width])),
                    Operand("variance", try network.weight("running_var", [width])),
                    Operand("gamma", try network.weight("weight", [width])),
                    Operand("beta", try network.weight("bias", [width])),
                ])
        }
    }
}
