public import SlipwayCore

/// HSTU's attention among the steps of each row: no softmax, and a mask of its own. Source: arXiv:2402.17152, semi-local
/// masks arXiv:2602.16986.
///
/// A row of L steps is a prefix of `prefix` steps about the user, history, and its last T = tail[b] steps, the targets. Each
/// step has a place: 0 in the prefix, counted from 1 after it (from 0 without a prefix), and L − T − max(prefix − 1, 0) for
/// every target. Step i sees
/// - itself, and every step whose place is smaller, by `window` at most when that is not 0;
/// - in the prefix: every step that is no target.
///
/// With `local` or `global` above 0 instead: a step of the history or the prefix sees the steps up to itself that are among
/// the last `local` or the first max(`global`, `prefix`); a target sees all steps before the targets, not itself.
public struct HSTUAttention: Operation {
    public static let name = "hstu_attention"
    public static let spec = OperationSpec(
        "for each head, y[i] = Σ silu(alpha · q[i] · k[j]) / scaling · v[j] over the steps j of i's row that i sees",
        operands: [("query", .one), ("key", .one), ("value", .one), ("lengths", .one), ("tail", .one)],
        constraints: [
            "query is f32 [n, H · A] with the width fixed", "key has the type of query",
            "value is f32 [n, H · V] with the width fixed", "lengths are i32 [B]", "tail is i32 [B]",
            "heads is at least 1 and divides both widths", "scaling is positive",
            "prefix, window, local and global are not negative",
        ])

    public let heads: Int
    public let alpha: Double
    public let scaling: Double
    /// Steps about the user before each history.
    public let prefix: Int
    /// The most places a step looks back; 0 for all.
    public let window: Int
    /// Steps up to itself that a step sees under a semi-local mask.
    public let local: Int
    /// Steps from the front that a step sees under a semi-local mask.
    public let global: Int

    public init(
        heads: Int, alpha: Double, scaling: Double, prefix: Int = 0, window: Int = 0, local: Int = 0, global: Int = 0
    ) {
        self.heads = heads
        self.alpha = alpha
        self.scaling = scaling
        self.prefix = prefix
        self.window = window
        self.local = local
        self.global = global
    }

    public init(attributes: Attributes) throws {
        self.init(
            heads: try attributes.int("heads"), alpha: try attributes.float("alpha"),
            scaling: try attributes.float("scaling"), prefix: try attributes.int("prefix"),
            window: try attributes.int("window"), local: try attributes.int("local"),
            global: try attributes.int("global"))
    }

    public var attributes: Attributes {
        Attributes([
            "heads": .int(heads), "alpha": .float(alpha), "scaling": .float(scaling), "prefix": .int(prefix),
            "window": .int(window), "local": .int(local), "global": .int(global),
        ])
    }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let query = try operands.steps("query"), let width = query.dimensions[1].size else {
            throw Self.violates(1, "query is \(try operands("query"))")
        }
        let key = try operands("key")
        guard key == query else { throw Self.violates(2, "key is \(key), query is \(query)") }
        guard let value = try operands.steps("value"), let valueWidth = value.dimensions[1].size,
            value.dimensions[0] == query.dimensions[0]
        else { throw Self.violates(3, "value is \(try operands("value")), query is \(query)") }
        let lengths = try Self.lengths(operands, constraint: 4)
        try Self.checkTail(operands, of: lengths, constraint: 5)
        guard heads >= 1, width.isMultiple(of: heads), valueWidth.isMultiple(of: heads) else {
            throw Self.violates(6, "\(heads) heads of \(query) and \(value)")
        }
        guard scaling > 0 else { throw Self.violates(7, "scaling is \(scaling)") }
        guard [prefix, window, local, global].allSatisfy((0...1 << 31).contains) else {
            throw Self.violates(8, "they are \(prefix), \(window), \(local) and \(global)")
        }
        return [ValueType(.f32, value.dimensions, side: operands.side("query", "value", "lengths", "tail"))]
    }

    /// Whether step `i` of a row of `length` steps, the last `tail` of them targets, sees step `j`.
    public func sees(_ i: Int, _ j: Int, length: Int, tail: Int) -> Bool {
        let history = max(length - tail, 0)
        if local > 0 || global > 0 {
            guard i < history else { return j < history }
            return j <= i && (j > i - local || j < max(global, prefix))
        }
        let shift = max(prefix - 1, 0), last = length - shift - tail
        func place(_ step: Int) -> Int { min(max(step - shift, 0), last) }
        let distance = place(i) - place(j)
        let isBehind = (i == j || distance > 0) && (window == 0 || distance <= window)
        return isBehind || (prefix > 0 && place(i) == 0 && place(j) < last)
    }

    /// Scores, their gates and sums of pairs of steps; rows taken as equally long, each step as seeing half of its row.
    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.pairs("query", lengths: "lengths") / 2
            * (2 * sizes.width("query") + 2 * sizes.width("value") + 3 * Double(heads))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let query = try operands("query"), value = try operands("value")
        let width = query.rowSize / heads, valueWidth = value.rowSize / heads
        let q = query.floats, k = try operands("key").floats, v = value.floats
        let segments = try operands.segments("lengths", of: "query")
        let tails = try operands.tails("tail", within: segments)
        var result = [Float](repeating: 0, count: v.count)
        for row in 0..<segments.count {
            let first = segments[row].lowerBound, length = segments[row].count
            for i in 0..<length {
                for head in 0..<heads {
                    let left = (first + i) * query.rowSize + head * width
                    let out = (first + i) * value.rowSize + head * valueWidth
                    var sums = [Double](repeating: 0, count: valueWidth)
                    for j in 0..<length where sees(i, j, length: length, tail: tails[row]) {
                        let right = (first + j) * query.rowSize + head * width
                        let dot = (0..<width).reduce(0.0) { $0 + Double(q[left + $1]) * Double(k[right + $1]) }
                        let score = dot * alpha * Reference.sigmoid(dot * alpha) / scaling
                        let source = (first + j) * value.rowSize + head * valueWidth
                        for column in 0..<valueWidth { sums[column] += score * Double(v[source + column]) }
                    }
                    for column in 0..<valueWidth { result[out + column] = Float(sums[column]) }
                }
            }
        }
        return [Tensor(shape: value.shape, floats: result)]
    }
}
