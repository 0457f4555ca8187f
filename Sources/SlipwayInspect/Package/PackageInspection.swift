import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// An exported package.
struct PackageInspection: InspectedSubject {
    let manifest: PackageManifest
    let graph: GraphFacts
    /// Bytes of the files that the manifest lists.
    let fileBytes: Int
    private let package: Package

    /// Opens the package, which checks that every file is there with its size.
    init(path: String, showsGraph: Bool) throws {
        let package = try Package.open(path: path)
        self.package = package
        manifest = package.manifest
        let tables = package.tables.values.map {
            TableFacts(name: $0.name, rows: $0.rowCount, width: $0.width, dtype: $0.dtype, rowBytes: $0.rowStride)
        }
        graph = GraphFacts(package.graph, tables: tables, showsGraph: showsGraph)
        fileBytes = manifest.files.reduce(0) { $0.addingClamped($1.bytes) }
    }

    /// `model` for a whole one, else the part's name.
    var part: String { manifest.part.isEmpty ? "model" : manifest.part }

    private var pairs: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = [
            ("model", manifest.modelKind + (part == "model" ? "" : ", part \(part)")),
            ("step", manifest.provenance.step.map(String.init) ?? "unknown"),
            ("checkpoint", manifest.provenance.checkpoint),
            ("created", "\(manifest.createdAt) by slipway \(manifest.slipwayVersion)"),
            ("flags", Self.list(manifest.acceleration, separator: "=")),
            ("quantization", Self.list(manifest.quantization, separator: " ")),
            ("files", "\(Quantity.count(manifest.files.count, "file")), \(Quantity.bytes(fileBytes))"),
        ]
        pairs += graph.pairs
        pairs += manifest.notes.map { ("note", $0) }
        return pairs
    }

    private static func list(_ entries: [String: String], separator: String) -> String {
        guard !entries.isEmpty else { return "none" }
        return entries.sorted { $0.key < $1.key }.map { "\($0.key)\(separator)\($0.value)" }.joined(separator: ", ")
    }

    func drawings() -> [ModelDrawing] {
        // The config only names the groups: without it they go by what is in them.
        let config = try? PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig)).config
        let title = manifest.modelKind + (part == "model" ? "" : " · \(part)")
        return [ModelDrawing.make(package.graph, title: title, groups: config.map(ModelDrawing.Group.all) ?? [])]
    }

    func printedGraphs() -> [String] { [GraphPrinter.print(package.graph)] }

    func sections() -> [String] {
        [TextTable(pairs: pairs).text()] + graph.sections()
    }

    func facts() -> [String: Fact] {
        graph.facts().merging([
            "model_kind": .string(manifest.modelKind), "part": .string(part), "step": Fact(manifest.provenance.step),
            "checkpoint": .string(manifest.provenance.checkpoint),
            "config_sha256": .string(manifest.provenance.configSHA256), "created_at": .string(manifest.createdAt),
            "slipway_version": .string(manifest.slipwayVersion), "format_version": .int(manifest.formatVersion),
            "acceleration": Fact(manifest.acceleration), "quantization": Fact(manifest.quantization),
            "notes": Fact(manifest.notes), "file_count": .int(manifest.files.count), "file_bytes": .int(fileBytes),
        ]) { $1 }
    }
}
