import SlipwayCore

/// What one path holds: a package, an export of several parts, a checkpoint, a model_dir, a graph or a safetensors file.
///
/// Nothing is run and no table is read; only what describes them is.
public struct Inspection: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case package, export, checkpoint
        case modelDirectory = "model_dir"
        case graph, safetensors
    }

    public let path: String
    public let kind: Kind
    private let subject: any InspectedSubject

    /// Looks at `path`.
    ///
    /// - Parameter showsGraph: whether the report ends with the printed graph.
    /// - Throws: `notFound` when there is nothing at `path`, `unsupported` when it is nothing that can be inspected,
    ///   `invalidArgument` when a graph is asked for and there is none, and what the readers of the files throw.
    public static func of(path: String, showsGraph: Bool = false) throws -> Inspection {
        let (kind, subject) = try PathInspector.inspect(path, showsGraph: showsGraph)
        guard !showsGraph || [.package, .export, .graph].contains(kind) else {
            throw noGraph(path, kind)
        }
        return Inspection(path: path, kind: kind, subject: subject)
    }

    /// The report for people: aligned columns of about 120 characters, plain text, no newline at the end.
    public func text() -> String {
        let head = TextTable(pairs: [(kind.rawValue, path)]).text()
        return ([head] + subject.sections()).joined(separator: "\n\n")
    }

    /// The drawing of the model: one self-contained SVG, the parts of an export together.
    ///
    /// - Throws: `invalidArgument` for what holds no graph.
    public func svg() throws -> String {
        let drawings = subject.drawings()
        guard !drawings.isEmpty else { throw Self.noGraph(path, kind) }
        return ModelSVG.text(of: drawings)
    }

    /// The printed graphs, one after the other.
    ///
    /// - Throws: `invalidArgument` for what holds no graph.
    public func graphText() throws -> String {
        let graphs = subject.printedGraphs()
        guard !graphs.isEmpty else { throw Self.noGraph(path, kind) }
        return graphs.joined(separator: "\n")
    }

    private static func noGraph(_ path: String, _ kind: Kind) -> SlipwayError {
        SlipwayError(
            .invalidArgument, "\(path) is a \(kind.rawValue), which holds no graph",
            fix: kind == .checkpoint || kind == .modelDirectory
                ? "pass --pipeline_config_path with the config of this checkpoint, or leave --graph out"
                : "leave --graph out")
    }

    /// One JSON object with the same facts, keys in snake case and sorted; `kind` and `path` are always there.
    public func json() throws -> String {
        var facts = subject.facts()
        facts["kind"] = .string(kind.rawValue)
        facts["path"] = .string(path)
        return try Fact.object(facts).json()
    }
}

/// One kind of thing that can be inspected.
protocol InspectedSubject: Sendable {
    /// Blocks of lines, without blank lines around them.
    func sections() -> [String]
    func facts() -> [String: Fact]
    /// One for each model inside; none where there is no graph.
    func drawings() -> [ModelDrawing]
    /// The same graphs as text.
    func printedGraphs() -> [String]
}

extension InspectedSubject {
    func drawings() -> [ModelDrawing] { [] }
    func printedGraphs() -> [String] { [] }
}
