import SlipwayCore
import SlipwayGraph

/// A random model: tables of many features, groups, towers that read each other, several outputs.
struct MadeUpModel {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    func graph() throws -> Graph {
        var copy = self
        return try copy.build()
    }

    private mutating func build() throws -> Graph {
        var builder = GraphBuilder(name: "made up")
        var values: [ValueID] = []
        for group in 0..<(1 + next(5)) {
            builder.enter(scope: "embedding_group")
            var parts: [ValueID] = []
            for feature in 0..<(1 + next(group == 0 ? 70 : 9)) {
                let name = "feature_\(group)_\(feature)"
                let ids = try builder.input("\(name).values", ValueType(.i64, [.symbol("N:\(name)")]))
                let lengths = try builder.input("\(name).lengths", ValueType(.i32, [.batch]))
                let table = try builder.table(
                    "model.ebc.embedding_bags.emb_\(next(2) == 0 ? 0 : group)_\(feature).weight", rows: 10 + feature,
                    width: 8,
                    dtype: feature % 2 == 0 ? .q8 : .f32)
                parts.append(
                    try builder.add(
                        EmbeddingBag(mode: .sum, feature: name),
                        [Operand("table", table), Operand("ids", ids), Operand("lengths", lengths)]))
            }
            if next(4) > 0 { parts = [try builder.add(Concat(axis: 1), parts.map { Operand("input", $0) })] }
            values += parts.prefix(3)
            builder.leaveScope()
        }
        for step in 0..<(5 + next(60)) {
            let depth = next(3)
            let module = ["towers", "experts", "final", "gates"][next(4)]
            let scope = depth == 0 ? "" : depth == 1 ? module : "\(module).\(next(4))"
            builder.enter(scope: scope)
            let count = 1 + next(3)
            let inputs = (0..<count).map { _ in values[values.count - 1 - next(min(values.count, 9))] }
            let joined = try builder.add(Concat(axis: 1), inputs.map { Operand("input", $0) })
            let width = try builder.width(joined)
            let weight = try builder.parameter("model.w\(step)", shape: [1 + next(16), width])
            values.append(
                try builder.add(Linear(), [Operand("input", joined), Operand("weight", weight)]))
            builder.leaveScope()
        }
        for output in 0..<(1 + next(6)) {
            try builder.output("output_\(output)", values[values.count - 1 - next(min(values.count, 12))])
        }
        return try builder.build()
    }
}
