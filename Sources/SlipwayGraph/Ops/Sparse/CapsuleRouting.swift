import Foundation
public import SlipwayCore

/// Dynamic routing of a row's steps to a few capsules. Source: arXiv:1904.08030, with the logits replaced, not added up,
/// between iterations.
public struct CapsuleRouting: Operation {
    public static let name = "capsule_routing"
    public static let spec = OperationSpec(
        "iterations times: w[i] = softmax(scale · r[i]) over the first capsules of i's row, c[k] = Σ w[i, k] s[i], "
            + "r[i, k] = w[i, k] + c[k] · s[i] / |s[i]|; results: c · (n² / (1 + n²))^power / n with n = |c| and its mask, "
            + "capsules in use: max(1, min(K, log2 history)) rounded up, or all K",
        operands: [("steps", .one), ("lengths", .one), ("history", .one), ("initial", .optional)],
        constraints: [
            "steps are f32 [n, H] with H fixed", "lengths are i32 [B]", "history has the type of lengths",
            "initial, r at first and 0 without it, is f32 [S, K] with S no less than any length",
            "capsules (K) and iterations are at least 1",
        ])
    public static let commutesWithTile = true

    public let capsules: Int
    public let iterations: Int
    public let scale: Double
    public let power: Double
    /// Whether the number of capsules in use follows from the row's history, else all are.
    public let countsHistory: Bool

    public init(capsules: Int, iterations: Int, scale: Double, power: Double, countsHistory: Bool) {
        self.capsules = capsules
        self.iterations = iterations
        self.scale = scale
        self.power = power
        self.countsHistory = countsHistory
    }

    public init(attributes: Attributes) throws {
        self.init(
            capsules: try attributes.int("capsules"), iterations: try attributes.int("iterations"),
            scale: try attributes.float("scale"), power: try attributes.float("power"),
            countsHistory: try attributes.bool("counts_history"))
    }

    public var attributes: Attributes {
        Attributes([
            "capsules": .int(capsules), "iterations": .int(iterations), "scale": .float(scale), "power": .float(power),
            "counts_history": .bool(countsHistory),
        ])
    }

    /// The capsules, f32 [B, K, H], and 1 for those in use, f32 [B, K, 1].
    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let steps = try operands("steps"), lengths = try operands("lengths"), history = try operands("history")
        guard steps.rank == 2, steps.dtype == .f32, steps.dimensions[1].size != nil else {
            throw Self.violates(1, "steps are \(steps)")
        }
        guard lengths.rank == 1, lengths.dtype == .i32 else { throw Self.violates(2, "lengths are \(lengths)") }
        guard history == lengths else { throw Self.violates(3, "history is \(history), lengths are \(lengths)") }
        if let initial = operands.optional("initial") {
            guard initial.rank == 2, initial.dtype == .f32, initial.dimensions[0].size != nil,
                initial.dimensions[1] == .fixed(capsules)
            else { throw Self.violates(4, "initial is \(initial)") }
        }
        guard capsules >= 1, iterations >= 1 else {
            throw Self.violates(5, "\(capsules) capsules, \(iterations) iterations")
        }
        let side = operands.side("steps", "lengths", "history")
        return [
            ValueType(.f32, [lengths.dimensions[0], .fixed(capsules), steps.dimensions[1]], side: side),
            ValueType(.f32, [lengths.dimensions[0], .fixed(capsules), .fixed(1)], side: side),
        ]
    }

    /// For every iteration, step and capsule: a weighted sum, a dot product and a softmax.
    public func flops(_ sizes: OperationSizes) -> Double {
        Double(iterations * capsules) * (4 * sizes.count("steps") + 6 * sizes.rows("steps")) + 4 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let steps = try operands("steps"), width = steps.rowSize, source = steps.floats.map(Double.init)
        let history = try operands("history").ints, initial = operands.optional("initial")
        let segments = try Segments(lengths: try operands("lengths").ints, count: steps.shape[0], of: Self.name)
        var result: [Float] = [], mask: [Float] = []
        for row in 0..<segments.count {
            let rows = segments[row].map { Array(source[$0 * width..<($0 + 1) * width]) }
            if let initial, initial.shape[0] < rows.count {
                throw Self.violates(4, "row \(row) has \(rows.count) steps, initial \(initial.shape[0])")
            }
            let used = capsulesInUse(history[row])
            let start = initial?.floats.map(Double.init)
            let logits = rows.indices.map { step in
                (0..<used).map { start?[step * capsules + $0] ?? 0 }
            }
            let routed = route(rows, logits, width: width, used: used)
            result += routed.flatMap { $0 } + [Float](repeating: 0, count: (capsules - used) * width)
            mask += (0..<capsules).map { $0 < used ? 1 : 0 }
        }
        return [
            Tensor(shape: [segments.count, capsules, width], floats: result),
            Tensor(shape: [segments.count, capsules, 1], floats: mask),
        ]
    }

    /// How many capsules a row of so many steps uses.
    package func capsulesInUse(_ history: Int64) -> Int {
        guard countsHistory, history > 1 else { return countsHistory ? 1 : capsules }
        return max(1, min(capsules, Int(log2(Float(history)).rounded(.up))))
    }

    private func route(_ rows: [[Double]], _ initial: [[Double]], width: Int, used: Int) -> [[Float]] {
        var logits = initial
        var high = [[Double]](repeating: [Double](repeating: 0, count: width), count: used)
        let units = rows.map { row in
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row.map { $0 / max(length, 1e-12) }
        }
        for iteration in 0..<iterations {
            let weights = logits.map { row in
                Reference.softmax(row.map { Float($0 * scale) }).map(Double.init)
            }
            for capsule in 0..<used {
                high[capsule] = (0..<width).map { column in
                    rows.indices.reduce(0) { $0 + weights[$1][capsule] * rows[$1][column] }
                }
            }
            guard iteration + 1 < iterations else { break }
            logits = rows.indices.map { step in
                (0..<used).map { capsule in
                    weights[step][capsule] + zip(high[capsule], units[step]).reduce(0) { $0 + $1.0 * $1.1 }
                }
            }
        }
        return high.map { vector in
            let length = max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-7)
            let factor = pow(length * length / (1 + length * length), power) / length
            return vector.map { Float($0 * factor) }
        }
    }
}
