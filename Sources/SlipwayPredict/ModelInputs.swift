package import SlipwayGraph

/// Inputs of a graph by upstream's names.
package enum ModelInputs {
    /// The features whose inputs the model reads, in the order of the inputs.
    package static func features(of graph: Graph) -> [String] {
        var names: [String] = []
        for input in graph.inputs {
            for suffix in [".values", ".lengths", ".weights", ".key_lengths"] where input.name.hasSuffix(suffix) {
                let name = String(input.name.dropLast(suffix.count))
                if !names.contains(name) { names.append(name) }
            }
        }
        return names
    }
}
