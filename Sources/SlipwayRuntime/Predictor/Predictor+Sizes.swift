package import SlipwayArtifact
package import SlipwayCore
package import SlipwayGraph

extension Predictor {
    /// What the symbols of `graph` stand for when it scores `inputs`: B, and how many ids and steps there are.
    ///
    /// Runs every step on its own, so that none is skipped; ids outside a table are mapped. Throws as `init` and `run` do.
    package static func symbolSizes(
        _ graph: Graph, dense: [String: Tensor], tables: [String: StoredTable], inputs: InputBatch
    ) throws -> [String: Int] {
        let predictor = try Predictor(
            graph: graph, dense: dense, tables: tables, options: PlanOptions(fuses: false, badIDs: .map))
        let scratch = PredictorScratch(for: predictor)
        _ = try predictor.run(inputs, scratch: scratch)
        return scratch.frame.sizesByName
    }
}
