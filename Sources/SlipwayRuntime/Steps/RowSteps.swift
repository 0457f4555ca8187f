import SlipwayCore
import SlipwayKernels

/// Softmax over the last dimension.
struct SoftmaxStep: Step {
    let input: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let n = frame[input].shape.last
        try ChannelView.each(frame[input], frame[output]) { m, x, ldx, y, ldy in
            try InstructionSet.current.softmax(
                MatrixView(x, rows: m, columns: n, stride: ldx),
                into: MutableMatrixView(y, rows: m, columns: n, stride: ldy))
        }
    }
}

/// Layer normalisation over the last dimension.
struct LayerNormStep: @unchecked Sendable, Step {
    let input: Int
    let output: Int
    let gamma: UnsafePointer<Float>?
    let beta: UnsafePointer<Float>?
    let epsilon: Float

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let n = frame[input].shape.last
        try ChannelView.each(frame[input], frame[output]) { m, x, ldx, y, ldy in
            try InstructionSet.current.layerNorm(
                MatrixView(x, rows: m, columns: n, stride: ldx), gamma: gamma, beta: beta, eps: epsilon,
                into: MutableMatrixView(y, rows: m, columns: n, stride: ldy))
        }
    }
}

/// Second-order interaction of a factorization machine: [B, F, D] to [B, D].
struct FactorizationMachineStep: Step {
    let input: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        try InstructionSet.current.factorizationMachine(
            frame[input].matrix, fields: frame[input].shape[1], into: frame[output].mutableMatrix)
    }
}

/// Dot products of all pairs of fields: [B, F, D] to [B, F(F−1)/2].
struct PairwiseDotStep: Step {
    let input: Int
    let output: Int

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        try InstructionSet.current.interact(
            frame[input].matrix, fields: frame[input].shape[1], triangle: .upper, into: frame[output].mutableMatrix)
    }
}
