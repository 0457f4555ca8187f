import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayGraph
import SlipwayVerify

/// The rows that a report scores, and requests of them for timing.
struct SampleRows {
    /// Where rows come from.
    enum Source: Equatable {
        case file(String)
        case madeUp(seed: UInt64)
    }

    let source: Source
    let batches: [InputBatch]
    /// Label columns by name, one number a row; those that the file does not have are left out.
    let labels: [String: [Float]]
    /// What a reader should know of the choice of rows.
    let notes: [String]

    var rowCount: Int { batches.reduce(0) { $0 + $1.rowCount } }

    private let graph: Graph
    private let dense: [String: Tensor]
    private let config: TzrecEasyRecConfig
    private let environment: [String: String]

    private static let batchSize = 256

    /// - Throws: what reading the rows that `settings` names throws; the config's own input is given up with a note instead.
    init(
        _ graph: Graph, dense: [String: Tensor], config: TzrecEasyRecConfig, labels names: [String],
        settings: ReportSettings
    ) throws {
        self.graph = graph
        self.dense = dense
        self.config = config
        environment = settings.environment
        if let path = settings.dataPath {
            (batches, labels) = try Self.read(path, graph, config, names, settings)
            source = .file(path)
            notes = []
            return
        }
        var notes: [String] = []
        for path in [config.evalInputPath, config.trainInputPath] where Self.isThere(path) {
            do {
                (batches, labels) = try Self.read(path, graph, config, names, settings)
                source = .file(path)
                self.notes = notes
                return
            } catch {
                notes.append("rows of \(path) could not be used: \((error as? SlipwayError)?.message ?? "\(error)")")
            }
        }
        var rows = try GeneratedRows(
            graph, dense: dense, seed: settings.seed, limit: min(settings.rows, Self.batchSize),
            batchSize: Self.batchSize)
        var inputs = InputBatch(slots: rows.slots), batches: [InputBatch] = []
        while try rows.next(into: &inputs) { batches.append(inputs) }
        self.batches = batches
        labels = [:]
        source = .madeUp(seed: settings.seed)
        notes.append(
            "the rows are made up, ids and values uniform: scores of real rows drift otherwise, and AUC needs labels; "
                + "--report-data names real ones")
        self.notes = notes
    }

    /// One request of `candidates` rows with one user, where user inputs are single.
    func request(candidates: Int) throws -> InputBatch {
        if case .file(let path) = source {
            var rows = try FileRows(
                path: path, graph: graph, config: config, limit: candidates, batchSize: candidates,
                singleUserRow: true, environment: environment)
            var inputs = InputBatch(slots: rows.slots)
            if try rows.next(into: &inputs), inputs.rowCount == candidates { return inputs }
        }
        let seed: UInt64
        if case .madeUp(let own) = source { seed = own } else { seed = 1 }
        var rows = try GeneratedRows(
            graph, dense: dense, seed: seed, limit: candidates, batchSize: candidates, first: 4, candidates: candidates)
        var inputs = InputBatch(slots: rows.slots)
        _ = try rows.next(into: &inputs)
        return inputs
    }

    private static func isThere(_ path: String) -> Bool {
        !path.isEmpty
            && path.split(separator: ",").allSatisfy {
                FileManager.default.fileExists(atPath: $0.trimmingCharacters(in: .whitespaces))
            }
    }

    private static func read(
        _ path: String, _ graph: Graph, _ config: TzrecEasyRecConfig, _ names: [String], _ settings: ReportSettings
    ) throws -> (batches: [InputBatch], labels: [String: [Float]]) {
        var rows = try FileRows(
            path: path, graph: graph, config: config, limit: settings.rows, batchSize: batchSize, kept: names,
            environment: settings.environment)
        var inputs = InputBatch(slots: rows.slots), batches: [InputBatch] = [], labels: [String: [Float]] = [:]
        while try rows.next(into: &inputs) {
            batches.append(inputs)
            for name in names {
                guard let column = rows.columns?[name], let numbers = LabelColumn.numbers(column) else { continue }
                labels[name, default: []] += numbers
            }
        }
        guard !batches.isEmpty else { throw SlipwayError(.corrupt, "\(path) has no rows") }
        let count = batches.reduce(0) { $0 + $1.rowCount }
        return (batches, labels.filter { $0.value.count == count })
    }
}
