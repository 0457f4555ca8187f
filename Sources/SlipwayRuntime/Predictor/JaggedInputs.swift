import SlipwayCore
import SlipwayGraph

/// The inputs that together are one jagged feature, and what must hold between them.
struct JaggedInputs: Sendable {
    let feature: String
    let values: Int
    let lengths: Int
    let keyLengths: Int?

    /// The jagged features among the inputs of `graph`, by upstream's names.
    static func all(in graph: Graph) -> [JaggedInputs] {
        let values = Dictionary(graph.inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        return graph.inputs.compactMap { input in
            guard input.name.hasSuffix(".values") else { return nil }
            let feature = String(input.name.dropLast(".values".count))
            guard let lengths = values["\(feature).lengths"] else { return nil }
            return JaggedInputs(
                feature: feature, values: input.value.index, lengths: lengths.index,
                keyLengths: values["\(feature).key_lengths"]?.index)
        }
    }

    /// Throws `mismatch` naming the input where a length is negative or the lengths do not add up.
    func check(_ frame: RunFrame) throws {
        var steps = frame[values].shape.rows
        if let keyLengths {
            try check(frame.int32s(keyLengths), "key_lengths", add: steps, "values")
            steps = frame[keyLengths].shape.rows
        }
        try check(frame.int32s(lengths), "lengths", add: steps, keyLengths == nil ? "values" : "key_lengths")
    }

    private func check(_ lengths: UnsafeBufferPointer<Int32>, _ name: String, add count: Int, _ what: String) throws {
        var sum = 0
        for (row, length) in lengths.enumerated() {
            guard length >= 0 else {
                throw SlipwayError(.mismatch, "input \(feature).\(name): the length of row \(row) is \(length)")
            }
            sum += Int(length)
        }
        guard sum == count else {
            throw SlipwayError(
                .mismatch, "input \(feature).\(name) adds up to \(sum), but \(feature).\(what) has \(count) rows")
        }
    }
}
