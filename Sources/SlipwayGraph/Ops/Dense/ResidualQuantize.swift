public import SlipwayCore

/// Codes of vectors in a chain of codebooks, each for what the ones before left over. Source: SoundStream's residual vector
/// quantizer, arXiv:2107.03312.
public struct ResidualQuantize: Operation {
    /// What makes a code near. Both grow with distance.
    public enum Distance: String, Sendable, CaseIterable {
        /// |r − e|².
        case squared
        /// −cos(r, e).
        case cosine
    }

    public static let name = "residual_quantize"
    public static let spec = OperationSpec(
        "r = x; for each codebook: r = r / |r| with normalize, code = the nearest row e, the first of equal ones, r = r − e; "
            + "with candidates = k > 0 also codes[…, j] with the last code replaced by the j-th nearest, and its distance",
        operands: [("input", .one), ("codebook", .many)],
        constraints: [
            "input is f32 [B, D] with D fixed", "codebooks are f32 [K, D] with K fixed and at least 1",
            "0 ≤ candidates ≤ K of the last codebook",
        ])
    public static let commutesWithTile = true

    public let distance: Distance
    public let normalize: Bool
    public let candidates: Int

    public init(distance: Distance, normalize: Bool, candidates: Int) {
        self.distance = distance
        self.normalize = normalize
        self.candidates = candidates
    }

    public init(attributes: Attributes) throws {
        self.init(
            distance: try attributes.choice("distance", of: Distance.self), normalize: try attributes.bool("normalize"),
            candidates: try attributes.int("candidates"))
    }

    public var attributes: Attributes {
        Attributes([
            "distance": .string(distance.rawValue), "normalize": .bool(normalize), "candidates": .int(candidates),
        ])
    }

    /// Codes, i64 [B, L]; with candidates also their codes, i64 [B, k · L], and distances, f32 [B, k].
    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input"), codebooks = operands.many("codebook")
        guard input.rank == 2, input.dtype == .f32, let width = input.dimensions[1].size else {
            throw Self.violates(1, "input is \(input)")
        }
        var last = 0
        for codebook in codebooks {
            guard codebook.rank == 2, codebook.dtype == .f32, codebook.dimensions[1] == .fixed(width),
                let count = codebook.dimensions[0].size, count >= 1
            else { throw Self.violates(2, "a codebook is \(codebook), input is \(input)") }
            last = count
        }
        guard candidates >= 0, candidates <= last else {
            throw Self.violates(3, "candidates is \(candidates) of \(last)")
        }
        func result(_ dtype: DType, _ width: Int) -> ValueType {
            ValueType(dtype, [input.dimensions[0], .fixed(width)], side: input.side)
        }
        guard candidates > 0 else { return [result(.i64, codebooks.count)] }
        return [
            result(.i64, codebooks.count), result(.i64, candidates * codebooks.count), result(.f32, candidates),
        ]
    }

    /// A distance to every code: a difference, a square and a sum an element.
    public func flops(_ sizes: OperationSizes) -> Double {
        3 * sizes.rows("input") * sizes.total("codebook")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input"), width = input.rowSize, x = input.floats
        let codebooks = operands.many("codebook").map { codebook in
            (0..<codebook.shape[0]).map { row in codebook.floats[row * width..<(row + 1) * width].map(Double.init) }
        }
        var codes: [Int64] = [], candidateCodes: [Int64] = [], scores: [Float] = []
        for row in 0..<input.shape[0] {
            var rest = x[row * width..<(row + 1) * width].map(Double.init)
            var found: [Int64] = [], distances: [Double] = []
            for codebook in codebooks {
                if normalize { rest = Self.unit(rest) }
                distances = codebook.map { self.distance($0, rest) }
                let nearest = distances.indices.min { (distances[$0], $0) < (distances[$1], $1) } ?? 0
                found.append(Int64(nearest))
                rest = zip(rest, codebook[nearest]).map { $0 - $1 }
            }
            codes += found
            let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
            for code in order.prefix(candidates) {
                candidateCodes += found.dropLast() + [Int64(code)]
                scores.append(Float(distances[code]))
            }
        }
        let rows = input.shape[0]
        let result = Tensor(shape: [rows, codebooks.count], ints: codes)
        guard candidates > 0 else { return [result] }
        return [
            result, Tensor(shape: [rows, candidates * codebooks.count], ints: candidateCodes),
            Tensor(shape: [rows, candidates], floats: scores),
        ]
    }

    private func distance(_ code: [Double], _ rest: [Double]) -> Double {
        switch distance {
        case .squared: return zip(code, rest).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        case .cosine: return -zip(Self.unit(code), Self.unit(rest)).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    private static func unit(_ vector: [Double]) -> [Double] {
        let length = max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        return vector.map { $0 / length }
    }
}
