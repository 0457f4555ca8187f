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
    ///
    /// - Parameter dense: what is known of layers in fewer bits.
    package func files(of staged: StagedPart, dense: PrecisionFacts? = nil) -> [(path: String, bytes: [UInt8])] {
        let part = staged.planned.part.name
        do {
            let report = try Self.report(of: staged, dense: dense, settings)
            return [
                (PackageFiles.report, Array(ReportPage.html(report).utf8)),
                (PackageFiles.reportFacts, Array(try report.json().utf8)),
            ]
        } catch {
            let reason = (error as? SlipwayError).map { "\($0)" } ?? "\(error)"
            warn("\(part.isEmpty ? "the package" : "part \(part)") has no report: \(reason)")
            return []
        }
    }

    /// Measures what there is to measure. Throws where rows cannot be read or scored.
    static func report(
        of staged: StagedPart, dense: PrecisionFacts?, _ settings: ReportSettings
    ) throws -> ExportReport {
        let planned = staged.planned, source = planned.part.graph
        let package = staged.package, manifest = package.manifest
        let labels = LabelColumn.byOutput(planned.config)
        let rows = try SampleRows(
            source, dense: package.dense, config: planned.config, labels: Set(labels.values).sorted(),
            settings: settings)
        let request = try rows.request(candidates: Self.countedCandidates)
        let float = try FloatModel(source, source: planned.source, inputs: rows.batches + [request])
        let reference = try Predictor(
            graph: float.graph, dense: float.dense, tables: float.tables, badIDs: .map)
        let requests = try settings.batchSizes.map { try rows.request(candidates: $0) }
        let own = try FloatModel(package, inputs: rows.batches + [request] + requests)
        let portable = try Predictor(
            graph: own.graph, dense: own.dense, tables: own.tables, reduced: package.reduced, emulatesReduced: false,
            badIDs: .map)
        // Compiled code reads the tables where they lie; of large ones that would fill the memory.
        let loaded =
            package.manifest.tables.reduce(0) { $0 + $1.bytes } <= Self.tableBytes
            ? try AOTLoader.load(package, badIDs: .map) : nil
        let isCompiled = loaded.map { $0.backend != "portable" } ?? false
        let predictor = isCompiled ? loaded?.predictor ?? portable : portable
        let backend = isCompiled ? loaded?.backend ?? "portable" : "portable"
        let work = try WorkMeasure.run(request, source: source, float: float, package: package, own: own)
        let title = planned.kind + (planned.part.name.isEmpty ? "" : " · \(planned.part.name)")
        return ExportReport(
            modelKind: planned.kind, part: planned.part.name, slipwayVersion: manifest.slipwayVersion,
            createdAt: manifest.createdAt, checkpoint: planned.checkpoint.path, step: planned.checkpoint.step,
            acceleration: manifest.acceleration, densePrecision: manifest.densePrecision, notes: manifest.notes,
            outputs: source.outputs.map(\.name).filter { $0 != JaggedOutputs.lengthsName },
            drawing: ModelSVG.text(
                of: [
                    ModelDrawing.make(source, title: title, groups: ModelDrawing.Group.all(in: planned.config))
                ]),
            sizes: SizeFacts(package),
            precision: try PrecisionMeasure.run(
                rows, reference: reference, package: predictor, labels: labels),
            densePart: dense, work: work,
            times: try TimeMeasure.run(
                requests, predictor: predictor, backend: backend, work: work, settings: settings))
    }

    /// Tables that compiled code may be timed with.
    private static let tableBytes = 128 << 20

    /// Candidates of the request whose work is counted.
    private static let countedCandidates = 200
}
