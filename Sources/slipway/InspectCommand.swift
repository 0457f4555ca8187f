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

    @Argument(help: "A package, an export of several parts, a model.ckpt-N folder, a model_dir, a graph or a safetensors file.")
    var path: String

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(help: "Also print the graph.")
    var graph = false

    func run() throws {
        let inspection = try Inspection.of(path: path, showsGraph: graph)
        Console.out(json ? try inspection.json() : inspection.text())
    }
}
