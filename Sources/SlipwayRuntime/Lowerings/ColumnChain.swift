import Foundation
package import SlipwayCore
package import SlipwayGraph
package import SlipwayKernels

/// Per-column operations one after the other, folded: y = f(x · scale + shift).
package struct ColumnChain {
    private let columns: Int
    /// nil while nothing scales.
    private var scale: [Double]?
    /// nil while nothing shifts.
    private var shift: [Double]?
    private var activation = Activation.none
    private var alpha: [Float]?
    private var gateScale: [Float]?
    private var gateShift: [Float]?
    private var isActivated = false

    package init(columns: Int) { self.columns = columns }

    package mutating func add(_ values: [Float]) {
        for (column, value) in values.enumerated() { shift = shift ?? zeros; shift?[column] += Double(value) }
    }

    /// Adds the step `node`, which reads `value` and weights that `weight` knows; false when it cannot be part of the
    /// chain.
    package mutating func append(_ node: Node, of value: ValueID, weight: (ValueID) throws -> Tensor?) throws -> Bool {
        guard !isActivated else { return false }
        if let operation = node.operation as? Binary {
            return try append(operation, node, of: value, weight: weight)
        }
        guard node.operand("input") == value else { return false }
        func vector(_ role: String) throws -> [Float]? {
            guard let value = node.operand(role) else { return nil }
            guard let tensor = try weight(value) else { return nil }
            return tensor.floats
        }
        switch node.operation {
        case let operation as Affine:
            fold(
                [Double](repeating: operation.scale, count: columns),
                [Double](repeating: operation.shift, count: operation.shift == 0 && shift == nil ? 0 : columns))
        case let operation as BatchNorm:
            guard let mean = try vector("mean"), let variance = try vector("variance") else { return false }
            let gamma = try vector("gamma"), beta = try vector("beta")
            guard (gamma == nil) == (node.operand("gamma") == nil), (beta == nil) == (node.operand("beta") == nil)
            else {
                return false
            }
            let factors = (0..<columns).map { Double(gamma?[$0] ?? 1) / sqrt(Double(variance[$0]) + operation.epsilon) }
            fold(factors, (0..<columns).map { Double(beta?[$0] ?? 0) - Double(mean[$0]) * factors[$0] })
        case let operation as LeakyRelu: activate(.leakyReLU(slope: Float(operation.slope)))
        case let operation as Elu: activate(.elu(alpha: Float(operation.alpha)))
        case is Prelu:
            guard let slope = try vector("slope") else { return false }
            activate(.prelu(slope: slope.count == 1 ? slope[0] : 0))
            if slope.count > 1 { alpha = slope }
        case let operation as Dice:
            guard let mean = try vector("mean"), let variance = try vector("variance"), let slope = try vector("alpha")
            else {
                return false
            }
            let factors = variance.map { 1 / sqrt(Double($0) + operation.epsilon) }
            activate(.dice)
            alpha = slope
            gateScale = factors.map { Float($0) }
            gateShift = zip(mean, factors).map { Float(-Double($0) * $1) }
        case let operation as Unary:
            guard let activation = operation.function.kernel else { return false }
            activate(activation)
        default: return false
        }
        return true
    }

    /// What the chain comes to, in the order of the kernels' epilogue.
    package var vectors: ColumnVectors {
        func floats(_ values: [Double]?) -> [Float]? { values.map { $0.map { Float($0) } } }
        return ColumnVectors(
            bias: scale == nil ? floats(shift) : nil, scale: floats(scale),
            shift: scale == nil ? nil : floats(shift ?? zeros), alpha: alpha, gateScale: gateScale,
            gateShift: gateShift,
            activation: activation)
    }

    /// Adds a function of `value` and a row of weights, one a column.
    private mutating func append(
        _ operation: Binary, _ node: Node, of value: ValueID, weight: (ValueID) throws -> Tensor?
    ) throws -> Bool {
        guard let a = node.operand("a"), let b = node.operand("b"), (a == value) != (b == value),
            let row = try weight(a == value ? b : a), row.shape == [columns]
        else { return false }
        switch operation.function {
        case .add: add(row.floats)
        case .subtract where a == value: add(row.floats.map { -$0 })
        case .multiply: fold(row.floats.map(Double.init), [])
        default: return false
        }
        return true
    }

    /// The folded vectors, stored in `weights`.
    func epilogue(_ weights: PlanWeights) -> ColumnEpilogue {
        let vectors = vectors
        var result = ColumnEpilogue(activation: vectors.activation)
        result.bias = vectors.bias.map(weights.store)
        result.scale = vectors.scale.map(weights.store)
        result.shift = vectors.shift.map(weights.store)
        result.alpha = vectors.alpha.map(weights.store)
        result.gateScale = vectors.gateScale.map(weights.store)
        result.gateShift = vectors.gateShift.map(weights.store)
        return result
    }

    private var zeros: [Double] { [Double](repeating: 0, count: columns) }

    private mutating func fold(_ factors: [Double], _ terms: [Double]) {
        scale = zip(scale ?? [Double](repeating: 1, count: columns), factors).map { $0 * $1 }
        shift = zip(shift ?? zeros, factors).map { $0 * $1 }
        if !terms.isEmpty { shift = zip(shift ?? zeros, terms).map { $0 + $1 } }
    }

    private mutating func activate(_ activation: Activation) {
        self.activation = activation
        isActivated = true
    }
}

/// Vectors with one element a column, and the function that follows: y = f((x + bias) · scale + shift).
package struct ColumnVectors {
    package let bias: [Float]?
    package let scale: [Float]?
    package let shift: [Float]?
    /// Slopes of PReLU and Dice.
    package let alpha: [Float]?
    package let gateScale: [Float]?
    package let gateShift: [Float]?
    package let activation: Activation
}

extension Unary.Function {
    /// The kernels' activation of the same meaning.
    package var kernel: Activation? {
        switch self {
        case .relu: return .relu
        case .sigmoid: return .sigmoid
        case .tanh: return .tanh
        case .silu: return .silu
        case .gelu: return .gelu
        default: return nil
        }
    }
}

extension Planner {
    /// Takes the steps after `value` into `chain` as long as each is the only reader of the one before. Gives the last
    /// value.
    mutating func extend(_ chain: inout ColumnChain, from value: ValueID) throws -> ValueID {
        var last = value
        while options.fuses, let reader = analysis.onlyReader(of: last) {
            let node = graph.nodes[reader]
            guard let result = node.results.first, try chain.append(node, of: last, weight: { try weight($0) })
            else { break }
            take(reader)
            last = result
        }
        return last
    }

    static func missing(_ what: String) -> SlipwayError {
        SlipwayError(.internalFault, "a node lacks its \(what)")
    }
}
