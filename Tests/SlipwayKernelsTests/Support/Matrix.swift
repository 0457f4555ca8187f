import SlipwayTestSupport

@testable import SlipwayKernels

/// A matrix with a gap after each row; what lies in the gaps must stay as it is.
struct Matrix {
    static let guardValue: Float = -12345.5

    var storage: [Float]
    let rows: Int
    let columns: Int
    let stride: Int

    init(_ values: [Float], rows: Int, columns: Int, gap: Int = 3) {
        self.rows = rows
        self.columns = columns
        stride = columns + gap
        storage = [Float](repeating: Self.guardValue, count: rows * stride)
        for i in 0..<rows {
            for j in 0..<columns { storage[i * stride + j] = values[i * columns + j] }
        }
    }

    init(zeros rows: Int, _ columns: Int, gap: Int = 3) {
        self.init([Float](repeating: 0, count: rows * columns), rows: rows, columns: columns, gap: gap)
    }

    var values: [Float] {
        (0..<rows).flatMap { i in Array(storage[(i * stride)..<(i * stride + columns)]) }
    }

    var gapsAreUntouched: Bool {
        (0..<rows).allSatisfy { i in
            storage[(i * stride + columns)..<((i + 1) * stride)].allSatisfy { $0 == Self.guardValue }
        }
    }

    func read<T>(_ body: (MatrixView) throws -> T) rethrows -> T {
        try storage.withUnsafeBufferPointer {
            try body(MatrixView($0.baseAddress, rows: rows, columns: columns, stride: stride))
        }
    }

    mutating func write<T>(_ body: (MutableMatrixView) throws -> T) rethrows -> T {
        let (rows, columns, stride) = (rows, columns, stride)
        return try storage.withUnsafeMutableBufferPointer {
            try body(MutableMatrixView($0.baseAddress, rows: rows, columns: columns, stride: stride))
        }
    }
}

/// Column vectors of an epilogue, owned.
struct EpilogueVectors {
    var bias: [Float]?
    var scale: [Float]?
    var shift: [Float]?
    var alpha: [Float]?
    var gateScale: [Float]?
    var gateShift: [Float]?
    var activation: Activation = .none
    var accumulate = false

    func with<T>(_ body: (Epilogue) throws -> T) rethrows -> T {
        try bias.withOptionalPointer { bias in
            try scale.withOptionalPointer { scale in
                try shift.withOptionalPointer { shift in
                    try alpha.withOptionalPointer { alpha in
                        try gateScale.withOptionalPointer { gateScale in
                            try gateShift.withOptionalPointer { gateShift in
                                try body(
                                    Epilogue(
                                        bias: bias, scale: scale, shift: shift, alpha: alpha, gateScale: gateScale,
                                        gateShift: gateShift, activation: activation, accumulate: accumulate))
                            }
                        }
                    }
                }
            }
        }
    }

    /// All activations, with and without the vectors that they may take.
    static func every(columns n: Int, using random: inout SeededRandom) -> [EpilogueVectors] {
        let v = (0..<6).map { _ in random.floats(n) }
        let affine = EpilogueVectors(bias: v[0], scale: v[1], shift: v[2])
        let plain: [Activation] = [
            .none, .relu, .leakyReLU(slope: 0.01), .prelu(slope: 0.25), .sigmoid, .tanh, .silu, .gelu, .elu(alpha: 1.5),
        ]
        var all = [affine, EpilogueVectors(scale: v[1]), EpilogueVectors(shift: v[2], accumulate: true)]
        for (i, activation) in plain.enumerated() {
            var e = i % 2 == 0 ? EpilogueVectors(bias: v[0]) : affine
            e.activation = activation
            e.accumulate = i % 3 == 0
            all.append(e)
        }
        all.append(EpilogueVectors(alpha: v[3], activation: .prelu(slope: 0)))
        all.append(EpilogueVectors(bias: v[0], alpha: v[3], gateScale: v[4], gateShift: v[5], activation: .dice))
        all.append(EpilogueVectors(activation: .dice))
        return all
    }
}
