import Foundation
import SlipwayCore
import SlipwayGraph

/// Inputs of a graph, for the predictor and for the reference evaluator.
struct ZooRows {
    let batch: InputBatch
    let tensors: [String: Tensor]

    /// Rows as tensors, by upstream's names.
    init(_ graph: Graph, rowCount: Int, _ tensors: [String: Tensor]) throws {
        let slots = graph.inputs.map { input in
            let type = graph.type(input.value)
            let element: InputSlot.Element = type.dtype == .f32 ? .float : type.dtype == .i64 ? .int64 : .int32
            return InputSlot(
                name: input.name, element: element, width: type.dimensions.dropFirst().compactMap(\.size).reduce(1, *))
        }
        var batch = InputBatch(slots: slots)
        batch.rowCount = rowCount
        for (index, slot) in slots.enumerated() {
            guard let tensor = tensors[slot.name] else {
                throw SlipwayError(.notFound, "input \(slot.name) has no values")
            }
            switch slot.element {
            case .float: batch.buffers[index].float = tensor.floats
            case .int64: batch.buffers[index].int64 = tensor.ints
            case .int32: batch.buffers[index].int32 = tensor.ints.map { Int32($0) }
            }
        }
        self.batch = batch
        self.tensors = tensors
    }

    /// Random rows: every third row has empty bags and sequences, the last sequence is the longest, and rows repeat.
    ///
    /// Features of one sequence have its lengths, as the rows of one sequence do.
    init(_ graph: Graph, rowCount: Int, random: inout some RandomNumberGenerator) throws {
        var tensors: [String: Tensor] = [:]
        var lengths: [String: [Int64]] = [:]
        func feature(_ input: String) -> String { String(input.prefix { $0 != "." }) }
        func sequence(_ feature: String) -> String {
            var parts = feature.components(separatedBy: "__")
            if parts.count > 1 { parts.removeLast() }
            return parts.joined(separator: "__")
        }
        for input in graph.inputs where input.name.hasSuffix(".lengths") {
            let own = sequence(feature(input.name))
            let known = lengths[own] ?? Self.lengths(rowCount, &random)
            lengths[own] = known
            tensors[input.name] = Tensor(shape: [rowCount], ints: known)
        }
        for input in graph.inputs where input.name.hasSuffix(".key_lengths") {
            let steps = Int((lengths[sequence(feature(input.name))] ?? []).reduce(0, +))
            let keys = (0..<steps).map { _ in Int64.random(in: 0...3, using: &random) }
            tensors[input.name] = Tensor(shape: [steps], ints: keys)
        }
        for input in graph.inputs where tensors[input.name] == nil {
            let type = graph.type(input.value)
            let name = feature(input.name)
            var count = rowCount
            if let keys = tensors["\(name).key_lengths"] {
                count = Int(keys.ints.reduce(0, +))
            } else if let own = tensors["\(name).lengths"] {
                count = Int(own.ints.reduce(0, +))
            }
            let tail = type.dimensions.dropFirst().compactMap(\.size)
            let total = tail.reduce(count, *)
            if type.dtype == .f32 {
                let values = (0..<total).map { _ in Float.random(in: -2...2, using: &random) }
                tensors[input.name] = Tensor(shape: [count] + tail, floats: values)
            } else {
                tensors[input.name] = Tensor(
                    shape: [count], ints: (0..<total).map { _ in Int64.random(in: 0..<3, using: &random) })
            }
        }
        try self.init(graph, rowCount: rowCount, tensors)
    }

    private static func lengths(_ rowCount: Int, _ random: inout some RandomNumberGenerator) -> [Int64] {
        (0..<rowCount).map { row -> Int64 in
            if row == rowCount - 1 { return 7 }
            return row % 3 == 1 ? 0 : Int64.random(in: 0...4, using: &random)
        }
    }
}

/// The largest difference, relative to 1 + the expected size; infinite when only one is NaN.
func gap(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { largest, pair in
        if pair.0 == pair.1 || (pair.0.isNaN && pair.1.isNaN) { return largest }
        let own = abs(pair.0 - pair.1) / (1 + abs(pair.1))
        return own.isNaN ? .infinity : max(largest, own)
    }
}
