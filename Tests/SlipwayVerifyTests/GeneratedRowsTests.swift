import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayVerify

struct GeneratedRowsTests {
    /// Published outputs of SplitMix64 for seed 1234567.
    @Test func numbersAreSplitMix64() {
        var numbers = SeededNumbers(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in numbers.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    /// Two features of one sequence group, one of them with several values a step, a weighted bag, a dense value.
    private func graph() throws -> Graph {
        var builder = GraphBuilder(name: "m")
        func jagged(_ name: String, _ rows: Int, keys: Bool = false, weights: Bool = false) throws {
            let count = Dimension.symbol("N:\(name)")
            let ids = try builder.input("\(name).values", ValueType(.i64, [count]))
            let lengths = try builder.input("\(name).lengths", ValueType(.i32, [.batch]))
            let table = try builder.table("\(name)_emb", rows: rows, width: 2, dtype: .f32)
            var operands = [Operand("table", table), Operand("ids", ids)]
            if weights {
                operands.append(Operand("weights", try builder.input("\(name).weights", ValueType(.f32, [count]))))
            }
            if keys {
                let steps = try builder.input("\(name).key_lengths", ValueType(.i32, [.symbol("S:\(name)")]))
                operands.append(Operand("lengths", steps))
            } else {
                operands.append(Operand("lengths", lengths))
            }
            try builder.output(name, try builder.add(EmbeddingBag(mode: .sum, feature: name), operands))
        }
        try jagged("seq__a", 5)
        try jagged("seq__b", 7, keys: true)
        try jagged("bag", 3, weights: true)
        let dense = try builder.input("price.values", ValueType(.f32, [.batch, .fixed(2)]))
        try builder.output("price", try builder.add(Unary(.relu), [Operand("input", dense)]))
        return try builder.build()
    }

    private func rows(_ graph: Graph, seed: UInt64, count: Int = 64) throws -> InputBatch {
        var rows = try GeneratedRows(graph, dense: [:], seed: seed, limit: count, batchSize: count)
        var inputs = InputBatch(slots: rows.slots)
        #expect(try rows.next(into: &inputs))
        let made = inputs
        #expect(try !rows.next(into: &inputs))
        return made
    }

    private func buffer(_ inputs: InputBatch, _ name: String) throws -> InputBatch.Buffer {
        inputs.buffers[try #require(inputs.index(of: name))]
    }

    @Test func rowsSuitTheFeatures() throws {
        let inputs = try rows(try graph(), seed: 1)
        #expect(inputs.rowCount == 64)
        let a = try buffer(inputs, "seq__a.lengths").int32
        let ids = try buffer(inputs, "seq__a.values").int64
        #expect(a.count == 64)
        #expect(a[0] == 0 && a[1] == 1 && a[2] == 40)
        #expect(a[3...].contains(0) && a[3...].contains { $0 > 4 })
        #expect(a == (try buffer(inputs, "seq__b.lengths").int32), "features of a group have as many steps")
        #expect(ids.count == a.reduce(0) { $0 + Int($1) })
        #expect(ids.allSatisfy { (0..<5).contains($0) })
        #expect(ids[0] == 0 && ids[1..<41].allSatisfy { $0 == 4 })

        let steps = try buffer(inputs, "seq__b.key_lengths").int32
        #expect(steps.count == ids.count)
        #expect(steps.contains(0))
        #expect(try buffer(inputs, "seq__b.values").int64.count == steps.reduce(0) { $0 + Int($1) })

        #expect(try buffer(inputs, "bag.lengths").int32 != a)
        #expect(try buffer(inputs, "bag.weights").float.count == buffer(inputs, "bag.values").int64.count)
        let price = try buffer(inputs, "price.values").float
        #expect(price.count == 128)
        #expect(Array(price[..<2]) == [0, 0])
        #expect(price[6..<8].allSatisfy { abs($0) == 16 })
        #expect(price[8...].allSatisfy { abs($0) <= 2 })
    }

    @Test func theSeedDecides() throws {
        let graph = try graph()
        #expect(try rows(graph, seed: 5).buffers == rows(graph, seed: 5).buffers)
        #expect(try rows(graph, seed: 5).buffers != rows(graph, seed: 6).buffers)
    }

    /// With user inputs single, a request has one row of them and several candidates.
    @Test func requestsOfSeveralCandidates() throws {
        var builder = GraphBuilder(name: "m")
        let count = try builder.input("batch_size", ValueType(.i32, [.user], side: .user))
        let age = try builder.input("age.values", ValueType(.f32, [.user, .fixed(1)], side: .user))
        let price = try builder.input("price.values", ValueType(.f32, [.batch, .fixed(1)]))
        let tiled = try builder.add(Tile(), [Operand("rows", age), Operand("count", count)])
        try builder.output("y", try builder.add(Binary(.add), [Operand("a", tiled), Operand("b", price)]))
        let inputs = try rows(try builder.build(), seed: 3)
        let counts = try buffer(inputs, "batch_size").int32
        #expect(counts.allSatisfy { (1...4).contains($0) })
        #expect(Set(counts).count > 1)
        #expect(counts.reduce(0, +) == 64 && inputs.rowCount == 64)
        #expect(try buffer(inputs, "age.values").float.count == counts.count)
        #expect(try buffer(inputs, "price.values").float.count == 64)
    }

    @Test func anInputThatIsNoFeature() throws {
        var builder = GraphBuilder(name: "m")
        let size = try builder.input("temperature", ValueType(.f32, [.batch]))
        try builder.output("y", try builder.add(Unary(.relu), [Operand("input", size)]))
        let graph = try builder.build()
        #expect {
            _ = try GeneratedRows(graph, dense: [:], seed: 1, limit: 1, batchSize: 1)
        } throws: { "\($0)" == "no rows can be made up for input temperature — pass --data with rows of this model" }
    }
}
