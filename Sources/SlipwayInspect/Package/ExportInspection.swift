import SlipwayArtifact
import SlipwayCore

/// An export directory of several parts, each a package.
struct ExportInspection: InspectedSubject {
    private let parts: [(name: String, package: PackageInspection)]

    /// - Parameter parts: the names of the folders that hold packages.
    init(path: String, parts: [String], showsGraph: Bool) throws {
        self.parts = try parts.map { name in
            (name, try PackageInspection(path: PathInspector.join(path, name), showsGraph: showsGraph))
        }
    }

    func sections() -> [String] {
        var table = TextTable([
            .text("part"), .text("model"), .number("step"), .number("tables"), .number("bytes"), .text("outputs"),
        ])
        for (name, package) in parts {
            table.add([
                name, package.manifest.modelKind, package.manifest.provenance.step.map(String.init) ?? "-",
                String(package.graph.tables.tables.count), Quantity.bytes(package.fileBytes),
                package.graph.outputs.map(\.name).joined(separator: ", "),
            ])
        }
        return [table.text()]
            + parts.flatMap { name, package in
                ["── part \(VisibleText.line(name))\n\n" + package.sections().joined(separator: "\n\n")]
            }
    }

    func drawings() -> [ModelDrawing] { parts.flatMap { $0.package.drawings() } }
    func printedGraphs() -> [String] { parts.flatMap { $0.package.printedGraphs() } }

    func facts() -> [String: Fact] {
        let folders = parts.map { name, package in
            Fact.object(package.facts().merging(["folder": .string(name)]) { $1 })
        }
        return [
            "parts": .array(folders),
            "file_bytes": .int(parts.reduce(0) { $0.addingClamped($1.package.fileBytes) }),
        ]
    }
}
