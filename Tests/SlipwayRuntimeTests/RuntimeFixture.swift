import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayRuntime

/// A small repeatable generator (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// A graph with random weights and inputs: run by the predictor and by the reference.
struct RuntimeFixture {
    let graph: Graph
    var dense: [String: Tensor] = [:]
    var tables: [String: StoredTable] = [:]
    /// What the reference evaluator reads: dense weights, and tables as floats.
    var parameters: [String: Tensor] = [:]
    private var random: SeededGenerator

    init(seed: UInt64, graph: Graph) throws {
        self.graph = graph
        random = SeededGenerator(state: seed)
        for parameter in graph.parameters {
            let type = graph.type(parameter.value)
            let shape = type.dimensions.compactMap(\.size)
            let count = shape.reduce(1, *)
            // Variances and scales must be positive.
            let isPositive = parameter.name.contains("variance")
            let values = random.floats(count, in: isPositive ? 0.5...2 : -1...1)
            if type.dtype == .i64 {
                // Each number below the count once, as keys of a map are.
                let numbers = (0..<Int64(count)).shuffled(using: &random)
                dense[parameter.name] = Tensor(shape: shape, ints: numbers)
                parameters[parameter.name] = Tensor(shape: shape, ints: numbers)
            } else if parameter.isTable {
                let table = try Self.table(parameter.name, type.dtype, shape, values)
                tables[parameter.name] = table.stored
                parameters[parameter.name] = Tensor(shape: shape, floats: table.floats)
            } else if case .tensor = parameter.source {
                dense[parameter.name] = Tensor(shape: shape, floats: values)
                parameters[parameter.name] = Tensor(shape: shape, floats: values)
            }
        }
    }

    var slots: [InputSlot] {
        graph.inputs.map { input in
            let type = graph.type(input.value)
            let element: InputSlot.Element = type.dtype == .f32 ? .float : type.dtype == .i64 ? .int64 : .int32
            return InputSlot(
                name: input.name, element: element, width: type.dimensions.dropFirst().compactMap(\.size).reduce(1, *))
        }
    }

    /// Random inputs of `rows` rows. Lengths are 0 to 4; sequences whose name has the same text before `/` have equal
    /// ones.
    mutating func inputs(rows: Int, users: Int = 1) -> InputBatch {
        var batch = InputBatch(slots: slots)
        batch.rowCount = rows
        var sizes: [String: Int] = ["B": rows, "U": users]
        var lengths: [String: [Int32]] = [:]
        func group(_ name: String) -> String { String(name.split(separator: ".")[0].split(separator: "/")[0]) }
        for (index, input) in graph.inputs.enumerated() where graph.type(input.value).dtype == .i32 {
            if input.name == "batch_size" {
                // The candidates of `users` requests.
                var rest = rows
                batch.buffers[index].int32 = (0..<users).map { user in
                    let count = user == users - 1 ? rest : Int.random(in: 0...rest, using: &random)
                    rest -= count
                    return Int32(count)
                }
                continue
            }
            let count = sizes[graph.type(input.value).dimensions[0].description] ?? 0
            let known = lengths[group(input.name)].flatMap { $0.count == count ? $0 : nil }
            let own = known ?? (0..<count).map { _ in Int32.random(in: 0...4, using: &random) }
            lengths[group(input.name)] = own
            batch.buffers[index].int32 = own
            let feature = input.name.split(separator: ".")[0]
            sizes["\(feature)"] = own.reduce(0) { $0 + Int($1) }
        }
        for (index, input) in graph.inputs.enumerated() {
            let type = graph.type(input.value)
            let name = type.dimensions[0].description
            let feature = String(input.name.split(separator: ".")[0])
            let count = sizes[name] ?? sizes[feature] ?? 0
            switch type.dtype {
            case .i64:
                batch.buffers[index].int64 = (0..<count).map { _ in Int64.random(in: 0..<7, using: &random) }
            case .f32: batch.buffers[index].float = random.floats(count * slots[index].width)
            default: break
            }
        }
        return batch
    }

    /// The same inputs for the reference evaluator.
    func tensors(_ batch: InputBatch) -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (index, input) in graph.inputs.enumerated() {
            let buffer = batch.buffers[index]
            let type = graph.type(input.value)
            let tail = type.dimensions.dropFirst().compactMap(\.size)
            let width = max(tail.reduce(1, *), 1)
            switch type.dtype {
            case .f32: result[input.name] = Tensor(shape: [buffer.float.count / width] + tail, floats: buffer.float)
            case .i64: result[input.name] = Tensor(shape: [buffer.int64.count], ints: buffer.int64)
            default: result[input.name] = Tensor(shape: [buffer.int32.count], ints: buffer.int32.map(Int64.init))
            }
        }
        return result
    }

    func predictor(fuses: Bool = true, badIDs: BadIDPolicy = .asUpstream) throws -> Predictor {
        var options = PlanOptions(badIDs: badIDs)
        options.fuses = fuses
        return try Predictor(graph: graph, dense: dense, tables: tables, options: options)
    }

    /// Runs batches of several sizes through both, fused and not, and compares every output.
    mutating func check(tolerance: Float = 1e-5, sizes: [Int] = [0, 1, 7, 33], _ note: String = "") throws {
        let reference = try ReferenceEvaluator(graph: graph, parameters: parameters)
        for fuses in [true, false] {
            let predictor = try predictor(fuses: fuses)
            let scratch = PredictorScratch(for: predictor)
            for rows in sizes {
                let batch = inputs(rows: rows, users: rows == 0 ? 0 : min(rows, 3))
                let found = try predictor.run(batch, scratch: scratch)
                let expected = try reference.run(tensors(batch))
                for output in graph.outputs {
                    let one = try #require(found[output.name])
                    let other = try #require(expected[output.name])
                    #expect(one.shape == other.shape, "\(note) \(output.name), B = \(rows), fuses = \(fuses)")
                    let gap = Self.gap(one.isInteger ? one.ints.map { Float($0) } : one.floats, other.floats)
                    #expect(gap <= tolerance, "\(note) \(output.name), B = \(rows), fuses = \(fuses): off by \(gap)")
                }
            }
        }
    }

    /// The largest difference, relative to 1 + the expected size.
    static func gap(_ found: [Float], _ expected: [Float]) -> Float {
        guard found.count == expected.count else { return .infinity }
        return zip(found, expected).map { $0 == $1 || ($0.isNaN && $1.isNaN) ? 0 : abs($0 - $1) / (1 + abs($1)) }
            .reduce(0) {
                $1.isNaN ? .infinity : max($0, $1)
            }
    }
}

/// The `SlipwayError` that `body` throws.
func failure(_ body: () throws -> Void) throws -> SlipwayError {
    do {
        try body()
    } catch let error as SlipwayError {
        return error
    }
    Issue.record("nothing was thrown")
    return SlipwayError(.internalFault, "nothing was thrown")
}

// Short words for building graphs.
extension GraphBuilder {
    mutating func rows(_ name: String, _ width: Int, side: Side = .item) throws -> ValueID {
        try input("\(name).values", ValueType(.f32, [side == .user ? .user : .batch, .fixed(width)], side: side))
    }

    mutating func sequence(
        _ name: String, _ width: Int, side: Side = .item
    ) throws -> (values: ValueID, lengths: ValueID) {
        let rows = side == .user ? Dimension.user : .batch
        let lengths = try input("\(name).lengths", ValueType(.i32, [rows], side: side))
        return (
            try input("\(name).values", ValueType(.f32, [.symbol("S:\(name)"), .fixed(width)], side: side)), lengths
        )
    }

    /// Candidates of each request.
    mutating func counts() throws -> ValueID {
        try input("batch_size", ValueType(.i32, [.user], side: .user))
    }

    /// The attention layer `name` of a query over a sequence; with `counts` a request's.
    mutating func attentionLayer(
        _ name: String, query: ValueID, _ steps: (values: ValueID, lengths: ValueID), counts: ValueID? = nil,
        outputs: Int
    ) throws -> ValueID {
        let narrow = try width(query)
        var operands = [
            Operand("query", query), Operand("sequence", steps.values), Operand("lengths", steps.lengths),
            Operand("query_weight", try parameter("\(name).q", shape: [outputs, narrow])),
            Operand("step_weight", try parameter("\(name).s", shape: [outputs, try width(steps.values)])),
            Operand("product_weight", try parameter("\(name).p", shape: [outputs, narrow])),
            Operand("bias", try parameter("\(name).b", shape: [outputs])),
        ]
        if let counts { operands.append(Operand("count", counts)) }
        let symbol = counts == nil ? type(steps.values).dimensions[0].description : "S:\(name):B"
        return try add(AttentionLayer(symbol: symbol), operands)
    }

    mutating func ids(_ name: String) throws -> (values: ValueID, lengths: ValueID) {
        let lengths = try input("\(name).lengths", ValueType(.i32, [.batch]))
        return (try input("\(name).values", ValueType(.i64, [.symbol("N:\(name)")])), lengths)
    }

    mutating func apply(_ operation: some SlipwayGraph.Operation, _ input: ValueID, _ others: [Operand] = []) throws
        -> ValueID
    {
        try add(operation, [Operand("input", input)] + others)
    }

    mutating func linear(_ name: String, _ input: ValueID, _ outputs: Int, bias: Bool = true) throws -> ValueID {
        let weight = try parameter("\(name).weight", shape: [outputs, try width(input)])
        var others = [Operand("weight", weight)]
        if bias { others.append(Operand("bias", try parameter("\(name).bias", shape: [outputs]))) }
        return try apply(Linear(), input, others)
    }

    mutating func batchNorm(_ name: String, _ input: ValueID) throws -> ValueID {
        let size = try width(input)
        return try apply(
            BatchNorm(), input,
            try ["mean", "variance", "gamma", "beta"].map { Operand($0, try parameter("\(name).\($0)", shape: [size])) }
        )
    }

    mutating func dice(_ name: String, _ input: ValueID) throws -> ValueID {
        let size = try width(input)
        return try apply(
            Dice(), input,
            try ["mean", "variance", "alpha"].map { Operand($0, try parameter("\(name).\($0)", shape: [size])) })
    }

    mutating func bag(
        _ feature: String, _ dtype: DType = .f32, width: Int = 8, mode: PoolingMode = .sum, weighted: Bool = false
    ) throws -> ValueID {
        let jagged = try ids(feature)
        let table = try table("\(feature).table", rows: 7, width: width, dtype: dtype)
        var operands = [Operand("table", table), Operand("ids", jagged.values), Operand("lengths", jagged.lengths)]
        if weighted {
            operands.append(
                Operand("weights", try input("\(feature).weights", ValueType(.f32, [.symbol("N:\(feature)")]))))
        }
        return try add(EmbeddingBag(mode: mode, feature: feature), operands)
    }

    mutating func lookup(_ feature: String, _ dtype: DType = .f32, width: Int = 8) throws -> (
        values: ValueID, lengths: ValueID
    ) {
        let jagged = try ids(feature)
        let table = try table("\(feature).table", rows: 7, width: width, dtype: dtype)
        return (
            try add(EmbeddingLookup(feature: feature), [Operand("table", table), Operand("ids", jagged.values)]),
            jagged.lengths
        )
    }

    mutating func concat(_ inputs: [ValueID], axis: Int = 1) throws -> ValueID {
        try add(Concat(axis: axis), inputs.map { Operand("input", $0) })
    }

    mutating func align(_ values: ValueID, _ lengths: ValueID, to target: ValueID, _ symbol: String) throws -> ValueID {
        try add(
            JaggedAlign(symbol: symbol),
            [Operand("values", values), Operand("lengths", lengths), Operand("target", target)])
    }

    mutating func binary(_ function: Binary.Function, _ a: ValueID, _ b: ValueID) throws -> ValueID {
        try add(Binary(function), [Operand("a", a), Operand("b", b)])
    }
}

/// A graph from a function that adds its steps and outputs.
func makeGraph(_ body: (inout GraphBuilder) throws -> Void) throws -> Graph {
    var builder = GraphBuilder(name: "test")
    try body(&builder)
    return try builder.build()
}
