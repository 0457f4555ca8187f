import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayRuntime

/// A graph with random weights and inputs: run by the predictor and by the reference.
struct RuntimeFixture {
    let graph: Graph
    var dense: [String: Tensor] = [:]
    var tables: [String: StoredTable] = [:]
    /// What the reference evaluator reads: dense weights, and tables as floats.
    var parameters: [String: Tensor] = [:]
    private var random: SeededRandom

    init(seed: UInt64, graph: Graph) throws {
        self.graph = graph
        random = SeededRandom(seed: seed)
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

    /// Random inputs of `rows` rows. Lengths are 0 to 4; sequences whose name has the same text before `/` have equal
    /// ones.
    mutating func inputs(rows: Int, users: Int = 1) -> InputBatch {
        var batch = InputBatch(slots: graph.inputSlots)
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
            case .f32: batch.buffers[index].float = random.floats(count * batch.slots[index].width)
            default: break
            }
        }
        return batch
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
                let expected = try reference.run(graph.tensors(of: batch))
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
