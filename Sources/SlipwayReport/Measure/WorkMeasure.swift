import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayPasses
import SlipwayRuntime

/// Counts the work of one request before and after the passes, with the sizes that the request really has.
enum WorkMeasure {
    static func run(_ request: InputBatch, source: Graph, float: FloatModel, package: Package, own: FloatModel) throws
        -> WorkFacts
    {
        let source = try EliminateDeadCode.run(source).graph
        let before = try Predictor.symbolSizes(
            float.graph, dense: float.dense, tables: float.tables, inputs: request)
        let after = try Predictor.symbolSizes(
            own.graph, dense: own.dense, tables: own.tables, inputs: request)
        let candidates = request.rowCount
        return WorkFacts(
            candidates: candidates, isTiled: request.index(of: "batch_size") != nil,
            before: .init(try GraphCost(source, sizes: before), candidates: candidates),
            after: .init(try GraphCost(package.graph, sizes: after), candidates: candidates))
    }
}
