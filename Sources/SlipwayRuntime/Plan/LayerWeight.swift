package import SlipwayArtifact
package import SlipwayKernels

/// A weight that a linear layer multiplies by, in whatever bits.
protocol LayerWeight: Sendable {
    var outputs: Int { get }
    var inputs: Int { get }
    func multiply(_ a: MatrixView, into c: MutableMatrixView, _ epilogue: Epilogue, _ frame: RunFrame) throws
}

extension PackedWeights: LayerWeight {
    func multiply(_ a: MatrixView, into c: MutableMatrixView, _ epilogue: Epilogue, _ frame: RunFrame) throws {
        try multiply(a, into: c, epilogue)
    }
}

extension ReducedWeights: LayerWeight {
    func multiply(_ a: MatrixView, into c: MutableMatrixView, _ epilogue: Epilogue, _ frame: RunFrame) throws {
        try frame.withScratch(scratchBytes(rows: a.rows)) { try multiply(a, into: c, epilogue, scratch: $0) }
    }

    /// `weight` for `variant`, or nil where that has no such product.
    package convenience init?(_ weight: ReducedWeight, variant: Variant?) throws {
        guard let variant, weight.shape.count == 2 else { return nil }
        switch weight.codes {
        case .bf16(let bits):
            try self.init(bf16: bits, outputs: weight.shape[0], inputs: weight.shape[1], variant: variant)
        case .int8(let codes, let scales):
            guard let input = weight.input, weight.shape[1] <= 1 << 16 else { return nil }
            try self.init(
                int8: codes, scales: scales, inputScale: input.scale, inputZero: input.zero, outputs: weight.shape[0],
                inputs: weight.shape[1], variant: variant)
        }
    }
}

extension ReducedWeight {
    package var form: ReducedWeights.Form {
        if case .bf16 = codes { return .bf16 }
        return .int8
    }
}
