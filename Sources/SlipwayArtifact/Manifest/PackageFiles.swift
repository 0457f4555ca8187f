import SlipwayCore

/// Names of the files every package has. Assets lie beside them under their own names.
public enum PackageFiles {
    /// The pipeline config as exported.
    public static let pipelineConfig = "pipeline.config"
    /// Feature generation's config.
    public static let featureConfig = "fg.json"
    /// The acceleration flags.
    public static let accelerationFlags = "model_acc.json"
    /// The graph as text, for people.
    public static let graphText = "gm.code"
    /// The graph that is run.
    public static let graph = "graph.json"
    /// The graph as the model's file built it, before any pass: for people and for other backends.
    public static let sourceGraph = "graph_source.json"
    /// Dense weights.
    public static let dense = "dense.safetensors"
    /// Embedding tables: f32, f16 and bf16 rows in their dtype, quantized rows as U8 [N, row bytes].
    public static let tables = "tables.safetensors"
    /// What the export did to size, precision and speed, as a page for people.
    public static let report = "report.html"
    /// The facts of the page.
    public static let reportFacts = "report.json"
    /// What this package is, and the hashes of the files above.
    public static let manifest = "manifest.json"

    /// True when `path` names something inside the directory it is relative to: no leading slash, no empty, `.` or `..`
    /// part, no control characters.
    static func staysInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && path.utf8.count <= 1024 && !path.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
}
