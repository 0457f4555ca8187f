import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayPasses

/// The graph of a package between the passes that made it what it is.
public enum StageInspection {
    /// One of the stages, printed: what its pass does, what it changed here, and the graph after it.
    ///
    /// - Throws: `notFound` naming the stages for an unknown one, and what opening `path` throws.
    public static func text(path: String, stage name: String) throws -> String {
        let stages = try stages(path)
        guard let stage = stages.first(where: { $0.name == name }) else {
            throw SlipwayError(
                .notFound, "there is no stage \(name)",
                fix: "the stages are \(stages.map(\.name).joined(separator: ", "))")
        }
        var lines = ["# \(stage.name): \(stage.summary)"]
        if let rounding = stage.rounding { lines.append("# rounding: \(rounding)") }
        lines += stage.patches.map { "# \(VisibleText.line($0.description))" }
        return (lines + [VisibleText.lines(GraphPrinter.print(stage.graph))]).joined(separator: "\n")
    }

    /// A table of all stages.
    public static func list(path: String) throws -> String {
        var table = TextTable([.text("stage"), .number("steps"), .number("edits"), .text("does")])
        for stage in try stages(path) {
            table.add([stage.name, String(stage.graph.nodes.count), String(stage.patches.count), stage.summary])
        }
        return table.text()
    }

    private static func stages(_ path: String) throws -> [PassPipeline.Stage] {
        let (kind, _) = try PathInspector.inspect(path, showsGraph: false)
        switch kind {
        case .package:
            let package = try Package.open(path: path)
            let file = try package.file(PackageFiles.sourceGraph)
            let source = try withContext("in \(file)") { try GraphDocument.decode(try MappedFile.contents(of: file)) }
            return try PassPipeline.stages(of: source) + [
                PassPipeline.Stage(
                    name: "stored", summary: "what weights alone decide is computed and stored as weights",
                    rounding: nil, patches: [], graph: package.graph)
            ]
        case .graph:
            let bytes = try MappedFile.contents(of: path)
            let text = String(decoding: bytes, as: UTF8.self)
            return try PassPipeline.stages(
                of: try withContext("in \(path)") {
                    try text.hasPrefix("slipway graph") ? GraphParser.parse(text) : GraphDocument.decode(bytes)
                })
        case .export:
            throw SlipwayError(
                .invalidArgument, "\(path) is an export of several parts", fix: "name the folder of one part")
        case .checkpoint, .modelDirectory, .safetensors:
            throw SlipwayError(.invalidArgument, "\(path) is a \(kind.rawValue), which holds no graph")
        }
    }
}
