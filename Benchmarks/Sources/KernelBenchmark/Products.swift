import SlipwayKernels

/// µs and GFLOP/s (share of the peak) of layers K → N with bias and ReLU, at several batch sizes.
func benchmarkProducts(_ isa: InstructionSet) throws {
    let peak = peakGFLOPS(lanes: isa.vectorWidth)
    print("\(isa): fused multiply-add peak \(fixed(peak, 0)) GFLOP/s")
    let batches = [1, 8, 32, 200, 512]
    print(padded("K → N", 12) + batches.map { padded("M = \($0): µs, GFLOP/s", 26) }.joined())
    let layers = [(1024, 512), (512, 256), (256, 128), (192, 128), (128, 64), (128, 1), (64, 13)]
    for (k, n) in layers {
        let weight = (0..<n * k).map { Float($0 % 97) * 0.01 - 0.4 }
        let a = (0..<512 * k).map { Float($0 % 89) * 0.01 - 0.4 }
        let bias = [Float](repeating: 0.5, count: n)
        var c = [Float](repeating: 0, count: 512 * n)
        let packed = try weight.withUnsafeBufferPointer {
            try PackedWeights(MatrixView($0.baseAddress, rows: n, columns: k), isa: isa)
        }
        var line = padded("\(k) → \(n)", 12)
        for m in batches {
            let seconds = try bias.withUnsafeBufferPointer { bias in
                try a.withUnsafeBufferPointer { a in
                    try c.withUnsafeMutableBufferPointer { c in
                        let epilogue = Epilogue(bias: bias.baseAddress, activation: .relu)
                        let from = MatrixView(a.baseAddress, rows: m, columns: k)
                        let to = MutableMatrixView(c.baseAddress, rows: m, columns: n)
                        return try leastSeconds { try packed.multiply(from, into: to, epilogue) }
                    }
                }
            }
            let rate = 2 * Double(m * n * k) / seconds * 1e-9
            line += padded("\(fixed(seconds * 1e6, 2)), \(fixed(rate, 1)) (\(fixed(100 * rate / peak, 0)) %)", 26)
        }
        print(line)
    }
}
