import SlipwayArtifact
import SlipwayCore
import SlipwayGraph

/// Weights that follow from their names, so that no file need hold them. The rule is `make_zoo_expectations.py`'s.
struct ZooWeights {
    private(set) var dense: [String: Tensor] = [:]
    private(set) var tables: [String: StoredTable] = [:]
    /// What the reference evaluator reads.
    private(set) var all: [String: Tensor] = [:]

    /// `integers` are the values of integer parameters; those without are 1, 2, 4, ….
    init(_ graph: Graph, integers: [String: [Int64]] = [:]) throws {
        for parameter in graph.parameters {
            let type = graph.type(parameter.value)
            let shape = type.dimensions.compactMap(\.size)
            guard case .tensor = parameter.source else { continue }
            guard type.dtype != .i64 else {
                let values = integers[parameter.name] ?? (0..<shape.reduce(1, *)).map { 1 << Int64($0 % 60) }
                dense[parameter.name] = Tensor(shape: shape, ints: values)
                all[parameter.name] = dense[parameter.name]
                continue
            }
            let values = Self.values(parameter.name, shape.reduce(1, *))
            let tensor = Tensor(shape: shape, floats: values)
            all[parameter.name] = tensor
            if parameter.isTable {
                tables[parameter.name] = try StoredTable(
                    name: parameter.name, dtype: .f32, rowCount: shape[0], width: shape[1],
                    copying: values.withUnsafeBytes { Array($0) })
            } else {
                dense[parameter.name] = tensor
            }
        }
    }

    private static func values(_ name: String, _ count: Int) -> [Float] {
        var seed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let shift: Float = name.hasSuffix("running_var") ? 0.5 : -0.5
        return (0..<UInt64(count)).map { index in
            var z = seed &+ index &+ 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Float(z >> 40) / 16_777_216 + shift
        }
    }
}
