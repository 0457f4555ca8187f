import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayCore
package import SlipwayExport
import SlipwayGraph
import SlipwayInspect
import SlipwayModels
import SlipwayRuntime

/// Makes the report of an export: an addition to every part's package.
public struct ExportReporter {
    private let settings: ReportSettings
    private let warn: (String) -> Void

    /// - Parameter warn: is told why a package has no report.
    public init(_ settings: ReportSettings, warn: @escaping (String) -> Void) {
        self.settings = settings
        self.warn = warn
    }

    /// `report.html` and `report.json` of a part; nothing, with a warning, where they cannot be made.
    package func files(of staged: StagedPart) -> [(path: String, bytes: [UInt8])] {
        let name = staged.part.name.isEmpty ? "the package" : "part \(staged.part.name)"
        do {
            let report = try Self.report(of: staged, settings)
            return [
                (PackageFiles.report, Array(ReportPage.html(report).utf8)),
                (PackageFiles.reportFacts, Array(try report.json().utf8)),
            ]
        } catch {
            let reason = (error as? SlipwayError).map { "\($0)" } ?? "\(error)"
            warn("\(name) has no report: \(reason)")
            return []
        }
    }

    /// Measures what there is to measure. Throws where rows cannot be read or scored.
    static func report(of staged: StagedPart, _ settings: ReportSettings) throws -> ExportReport {
        let source = staged.part.graph, package = staged.package, manifest = package.manifest
        let labels = LabelColumn.byOutput(staged.config)
        let rows = try SampleRows(
            source, dense: package.dense, config: staged.config, labels: Set(labels.values).sorted(),
            settings: settings)
        let request = try rows.request(candidates: Self.countedCandidates)
        let float = try FloatModel(source, source: staged.source, inputs: rows.batches + [request])
        let loaded = try AOTLoader.load(package, badIDs: .map)
        let work = try WorkMeasure.run(request, source: source, float: float, package: package)
        return ExportReport(
            modelKind: staged.kind, part: staged.part.name, slipwayVersion: manifest.slipwayVersion,
            createdAt: manifest.createdAt, checkpoint: staged.checkpoint.path, step: staged.checkpoint.step,
            acceleration: manifest.acceleration, notes: manifest.notes,
            outputs: source.outputs.map(\.name).filter { $0 != JaggedOutputs.lengthsName },
            drawing: ModelSVG.text(
                of: [
                    ModelDrawing.make(
                        source, title: staged.kind + (staged.part.name.isEmpty ? "" : " · \(staged.part.name)"),
                        groups: ModelDrawing.Group.all(in: staged.config))
                ]),
            sizes: SizeFacts(package),
            precision: try PrecisionMeasure.run(rows, float: float, package: loaded.predictor, labels: labels),
            work: work,
            times: try TimeMeasure.run(
                rows, predictor: loaded.predictor, backend: loaded.backend, work: work, settings: settings))
    }

    /// Candidates of the request whose work is counted.
    private static let countedCandidates = 200
}
