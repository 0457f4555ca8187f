import ArgumentParser
import SlipwayCore
import SlipwayExport
import SlipwayGraph
import SlipwayInspect
import SlipwayModels

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a package, checkpoint, model_dir, graph or safetensors file holds, or draw its model.",
        discussion: """
            For a package: model, flags, inputs and outputs, embedding tables by size, and which feature reads which table and \
            feeds which tower. For a checkpoint: its tensors. For a model_dir: its checkpoints and their evaluation.

            --graph FILE.svg draws the model, --graph alone writes the drawing to standard output; for a checkpoint, with \
            --pipeline_config_path. --graph-format text prints the graph instead: after the report, or alone into FILE.
            """)

    @Argument(
        help:
            "A package, an export of several parts, a model.ckpt-N folder, a model_dir, a graph or a safetensors file.")
    var path: String

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Option(
        defaultAsFlag: "-", parsing: .next,
        help: "Draw the model into this SVG file, which must not exist; without a name to standard output.")
    var graph: String?

    @Option(name: [.customLong("graph-format"), .customLong("graph_format")], help: "What --graph gives.")
    var graphFormat: GraphFormat = .svg

    @Option(
        name: [.customLong("pipeline_config_path"), .customLong("pipeline-config-path")],
        help: "Config of the checkpoint to draw.")
    var pipelineConfigPath: String?

    enum GraphFormat: String, ExpressibleByArgument, CaseIterable { case svg, text }

    @Option(help: "Print the graph after this pass, and what the pass changed.")
    var stage: String?

    @Flag(help: "List the stages of the graph, from the model as built to what is stored.")
    var stages = false

    func validate() throws {
        guard !(stages && stage != nil), !json || (stage == nil && !stages) else {
            throw ValidationError("--stage, --stages and --json exclude each other.")
        }
    }

    func run() throws {
        if stages { return try ReportOutput.line(StageInspection.list(path: path)) }
        if let stage { return try ReportOutput.line(StageInspection.text(path: path, stage: stage)) }
        guard let graph else {
            guard pipelineConfigPath == nil else {
                throw SlipwayError(
                    .invalidArgument, "--pipeline_config_path is only for drawing a checkpoint", fix: "add --graph")
            }
            let inspection = try Inspection.of(path: path)
            return try ReportOutput.line(json ? inspection.json() : inspection.text())
        }
        if graph == "-", graphFormat == .text, pipelineConfigPath == nil {
            let inspection = try Inspection.of(path: path, showsGraph: true)
            return try ReportOutput.line(json ? inspection.json() : inspection.text())
        }
        guard !json else {
            throw SlipwayError(
                .invalidArgument, "--json and --graph give two documents",
                fix: "run them one after the other, or use --graph-format text, which JSON has room for")
        }
        let text: String
        if let pipelineConfigPath {
            text = try checkpointGraph(pipelineConfigPath)
        } else {
            let inspection = try Inspection.of(path: path)
            text = graphFormat == .svg ? try inspection.svg() : try inspection.graphText()
        }
        try graph == "-" ? ReportOutput.text(text) : ReportOutput.file(text, path: graph)
    }

    /// The graphs that the config makes of the checkpoint at `path`: weights as training left them.
    private func checkpointGraph(_ config: String) throws -> String {
        let plan = try ModelPlan.make(
            ExportRequest(
                pipelineConfigPath: config, checkpointPath: path, exportDirectory: "", environment: ["QUANT_EMB": "0"],
                weightedFeatures: .asTrained, slipwayVersion: Slipway.version, createdAt: "")
        ) { event in
            if case .warning(let warning) = event { Console.error("warning: \(warning)") }
        }
        switch graphFormat {
        case .text: return plan.parts.map { GraphPrinter.print($0.graph) }.joined(separator: "\n")
        case .svg:
            let groups = ModelDrawing.Group.all(in: plan.config)
            return ModelSVG.text(
                of: plan.parts.map { part in
                    let title = plan.kind + (part.name.isEmpty ? "" : " · \(part.name)")
                    return ModelDrawing.make(part.graph, title: title, groups: groups)
                })
        }
    }
}
