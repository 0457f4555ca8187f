import SlipwayCore
import SlipwayGraph
import SlipwayTestSupport
import Testing

/// Mutated graphs: reading them gives a graph that holds, or a `SlipwayError`; never a trap, never another error.
@Suite struct GraphFuzzTests {
    private static let mutantsPerSeed = Fuzz.count(500)

    private static func samples() throws -> [Graph] {
        var samples = [try SampleGraph.towers(), try SampleGraph.odd()]
        for name in OperationCase.all.keys.sorted() {
            guard let example = OperationCase.all[name]?.examples.first else { continue }
            var builder = GraphBuilder(name: name)
            let ids = try example.operands.enumerated().map { index, operand in
                guard operand.role == "table" else { return try builder.input("i\(index)", operand.type) }
                let shape = operand.value.shape
                return try builder.table("t\(index)", rows: shape[0], width: shape[1], dtype: operand.type.dtype)
            }
            let operands = zip(example.operands, ids).map { Operand($0.role, $1) }
            for (index, result) in try builder.addAll(example.operation, operands).enumerated() {
                try builder.output("y\(index)", result)
            }
            samples.append(try builder.build())
        }
        return samples
    }

    @Test(arguments: 0..<8) func mutatedText(_ seed: UInt64) throws {
        let seeds = try Self.samples().map { Array(GraphPrinter.print($0).utf8) }
        try fuzz(seeds, seed) { try GraphParser.parse(String(decoding: $0, as: UTF8.self)) }
    }

    @Test(arguments: 100..<108) func mutatedDocuments(_ seed: UInt64) throws {
        let seeds = try Self.samples().map { try GraphDocument.encode($0) }
        try fuzz(seeds, seed) { try GraphDocument.decode($0) }
    }

    private func fuzz(_ samples: [[UInt8]], _ seed: UInt64, _ read: ([UInt8]) throws -> Graph) throws {
        var mutator = ByteMutator(seed: Fuzz.seed(seed))
        var accepted = 0
        for number in 0..<Self.mutantsPerSeed {
            let mutant = mutator.mutate(mutator.pick(samples) ?? [], others: samples)
            do {
                let graph = try read(mutant)
                accepted += 1
                // What is accepted holds: it prints, saves and reads back.
                let text = GraphPrinter.print(graph)
                let again = GraphPrinter.print(try GraphDocument.decode(try GraphDocument.encode(graph)))
                #expect(text == again, "seed \(seed), mutant \(number)")
                #expect(GraphPrinter.print(try GraphParser.parse(text)) == text, "seed \(seed), mutant \(number)")
            } catch is SlipwayError {
            } catch {
                Issue.record("seed \(seed), mutant \(number): \(error)")
            }
        }
        Fuzz.report("graphs", Self.mutantsPerSeed)
        #expect(accepted > 0 && accepted < Self.mutantsPerSeed)
    }
}

/// Small, repeatable damage to bytes.
struct ByteMutator {
    private var random: SeededRandom
    private static let tokens: [String] = [
        "9223372036854775807", "-9223372036854775808", "4611686018427387904", "281474976710656", "-1", "0", "1e400",
        "99999999999999999999", "nan", "inf", "\"\"", "null", "true", "[]", "{}", "B", "U", "user", "item", "f32",
        "i32",
        "q8", "%", "\n", ":", ",", "input", "tail = [9223372036854775807, 2]", "axis = 9223372036854775807", "\\u{",
        "é",
    ]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next() -> UInt64 { random.next() }
    mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
    mutating func pick<T>(_ items: [T]) -> T? { items.isEmpty ? nil : items[below(items.count)] }

    mutating func mutate(_ bytes: [UInt8], others: [[UInt8]]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(3) {
            let start = below(bytes.count)
            let end = min(bytes.count, start + below(24))
            switch below(7) {
            case 0 where !bytes.isEmpty: bytes[start] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: below(bytes.count))
            case 3: bytes.insert(contentsOf: Array((pick(Self.tokens) ?? "").utf8), at: start)
            case 4: replaceNumber(&bytes, from: start)
            case 5:
                let other = pick(others) ?? []
                let from = below(other.count)
                bytes.replaceSubrange(start..<end, with: other[from..<min(other.count, from + below(40))])
            default: bytes.removeSubrange(end...)
            }
        }
        return bytes
    }

    /// Puts a token where the next number stands: the mutant most likely to pass the grammar.
    private mutating func replaceNumber(_ bytes: inout [UInt8], from start: Int) {
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
        let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(first..<end, with: Array((pick(Self.tokens) ?? "").utf8))
    }
}
