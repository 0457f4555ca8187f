import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph

/// Compares what the config implies with what the checkpoint holds, before anything is written.
struct ParameterCheck {
    let source: any TensorSource

    /// Throws one error that lists up to ten missing or mismatching parameters, each with both shapes.
    func check(_ graphs: [Graph]) throws {
        var problems: [String] = []
        var seen: Set<String> = []
        for graph in graphs {
            for parameter in graph.parameters where seen.insert(parameter.name).inserted {
                let shape = graph.type(parameter.value).dimensions.compactMap(\.size)
                problems += problem(parameter, shape: shape)
            }
        }
        guard !problems.isEmpty else { return }
        let shown = problems.prefix(10).joined(separator: "; ")
        let rest = problems.count > 10 ? "; and \(problems.count - 10) more" : ""
        throw SlipwayError(
            .mismatch, "the checkpoint does not fit the config: \(shown)\(rest)",
            fix: "use the pipeline.config the checkpoint was trained with")
    }

    /// Ends of names of buffers that only training uses or that repeat the config.
    private static let bookkeeping = [
        ".num_batches_tracked", ".windows_len", ".cumsum_windows_len", "._mch_counts", "._mch_last_access_iter",
        "._current_iter_tensor", "._output_segments_tensor", ".dynamic_keys", ".dynamic_rows",
    ]

    /// Names of checkpoint tensors that no graph reads, in name order. Those that only training uses do not count.
    func unused(_ graphs: [Graph], isTrainingOnly: (String) throws -> Bool = { _ in false }) rethrows -> [String] {
        var used: Set<String> = []
        for graph in graphs {
            for parameter in graph.parameters {
                switch parameter.source {
                case .tensor(let name): used.insert(name)
                case .stack(let names): used.formUnion(names)
                case .constant, .derived: break
                }
            }
        }
        return try source.tensors.keys.filter { name in
            guard !used.contains(name), !Self.bookkeeping.contains(where: { name.hasSuffix($0) }) else { return false }
            return try !isTrainingOnly(name)
        }.sorted()
    }

    private func problem(_ parameter: Parameter, shape: [Int]) -> [String] {
        switch parameter.source {
        case .constant, .derived: return []
        case .tensor(let name): return problem(name, shape: shape)
        case .stack(let names): return names.flatMap { problem($0, shape: Array(shape.dropFirst())) }
        }
    }

    private func problem(_ name: String, shape: [Int]) -> [String] {
        guard let info = source.tensors[name] else {
            return ["parameter \(name) \(shape) is missing from the checkpoint"]
        }
        guard info.shape == shape else {
            return ["parameter \(name) has shape \(info.shape) in the checkpoint; the config implies \(shape)"]
        }
        return []
    }
}
