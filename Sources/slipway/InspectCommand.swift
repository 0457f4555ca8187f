import ArgumentParser
import SlipwayInspect

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a package, checkpoint, model_dir, graph or safetensors file holds.",
        discussion: """
            For a package: model, flags, inputs and outputs, embedding tables by size, and which feature reads which table and \
            feeds which tower. For a checkpoint: its tensors. For a model_dir: its checkpoints and their evaluation.
            """)

    @Argument(
        help:
            "A package, an export of several parts, a model.ckpt-N folder, a model_dir, a graph or a safetensors file.")
    var path: String

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(help: "Also print the graph.")
    var graph = false

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
        let inspection = try Inspection.of(path: path, showsGraph: graph)
        try ReportOutput.line(json ? inspection.json() : inspection.text())
    }
}
