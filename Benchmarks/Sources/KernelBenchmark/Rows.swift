import SlipwayKernels

/// ns per element of activations and row operations on a matrix that stays in cache.
func benchmarkRows(_ isa: InstructionSet) throws {
    let (m, n) = (64, 128)
    let x = (0..<m * n).map { Float($0 % 83) * 0.1 - 4 }
    var out = [Float](repeating: 0, count: m * n)
    try x.withUnsafeBufferPointer { x in
        try out.withUnsafeMutableBufferPointer { out in
            for columns in [n, 13] {
                print("\(isa): ns per element, [\(m), \(columns)]")
                let from = MatrixView(x.baseAddress, rows: m, columns: columns, stride: n)
                let to = MutableMatrixView(out.baseAddress, rows: m, columns: columns, stride: n)
                let one = MutableMatrixView(out.baseAddress, rows: m, columns: 1)
                let cases: [(String, () throws -> Void)] = [
                    ("relu", { try isa.activate(from, Epilogue(activation: .relu), into: to) }),
                    ("sigmoid", { try isa.activate(from, Epilogue(activation: .sigmoid), into: to) }),
                    ("tanh", { try isa.activate(from, Epilogue(activation: .tanh), into: to) }),
                    ("gelu", { try isa.activate(from, Epilogue(activation: .gelu), into: to) }),
                    ("dice", { try isa.activate(from, Epilogue(activation: .dice), into: to) }),
                    ("add", { try isa.binary(.add, from, .full(from), into: to) }),
                    ("softmax", { try isa.softmax(from, into: to) }),
                    ("layer norm", { try isa.layerNorm(from, gamma: nil, beta: nil, eps: 1e-5, into: to) }),
                    ("row sum", { try isa.rowSum(from, into: one) }),
                ]
                for (name, body) in cases {
                    let seconds = try leastSeconds(body)
                    print(padded(name, 12) + padded(fixed(seconds * 1e9 / Double(m * columns), 3), 8))
                }
            }
        }
    }
}
