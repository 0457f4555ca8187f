import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayFeatureEngine
package import SlipwayOnline
import SlipwayProtocol

/// A package that scores in this process, as a server would.
package final class PackageSide: ReplaySide {
    private let model: ScoringModel
    private let items: ItemTable?
    private let assets: [String: [String]]

    /// - Parameters:
    ///   - items: the item features that the server had, with the name of their id column.
    ///   - options: as the server's were.
    /// - Throws: as opening the package and reading the items do.
    package init(
        path: String, items: (source: any ItemSource, key: String)? = nil, options: ScoringOptions = ScoringOptions()
    )
        throws
    {
        var options = options
        options.hasItems = items != nil
        model = try ScoringModel(name: "replay", path: path, options: options)
        let loaded = model
        self.items = try items.map { try loaded.loadItems($0.source, key: $0.key, limitBytes: nil) }
        assets = try Self.assets(model.package)
    }

    package var description: String { model.package.path }

    package func files(of feature: String) -> [String] { assets[feature] ?? [] }

    package func session() -> any ReplaySession { Session(model, items) }

    /// The files that fg.json names, by feature.
    private static func assets(_ package: Package) throws -> [String: [String]] {
        guard let path = try? package.file(PackageFiles.featureConfig) else { return [:] }
        let document = try FGDocument(json: try MappedFile.contents(of: path))
        var found: [String: [String]] = [:]
        for entry in document.entries {
            let files = entry.parameters.filter { $0.key.hasSuffix("_file") && !$0.value.isEmpty }
            found[entry.name] = files.sorted { $0.key < $1.key }.map { "\(package.path)/\($0.value)" }
        }
        return found
    }

    private final class Session: ReplaySession {
        private let session: ScoringSession
        private let items: ItemTable?

        init(_ model: ScoringModel, _ items: ItemTable?) {
            session = ScoringSession(model)
            self.items = items
        }

        func answer(_ record: LogRecord, explains: Bool) -> ReplayAnswer {
            do {
                let request = session.request(0)
                try record.request.withUnsafeBytes {
                    try session.prepare($0, items: items, into: request, explains: explains)
                }
                try session.run(1)
                var answer = ReplayAnswer()
                answer.outputs = request.outputs.compactMap(Self.output).sorted { $0.name < $1.name }
                answer.items = request.retrieved ?? ids(record, request)
                answer.modelVersion = session.model.version
                if explains {
                    answer.rawFeatures = texts(record, request, request.rawTexts)
                    answer.generatedFeatures = texts(record, request, request.generatedTexts)
                }
                return answer
            } catch let error as SlipwayError {
                return ReplayAnswer(status: error.code.isUserFault ? 400 : 500, problem: "\(error)")
            } catch {
                return ReplayAnswer(status: 500, problem: "\(error)")
            }
        }

        /// Nil for ids, which stand in `ReplayAnswer.items`.
        private static func output(_ tensor: ResponseTensor) -> PredictResponse.Output? {
            switch tensor.elements {
            case .floats(let values):
                return .init(name: tensor.name, shape: tensor.shape, values: .numbers(values.map { Double($0) }))
            case .ints(let values): return .init(name: tensor.name, shape: tensor.shape, values: .wholes(values))
            case .texts: return nil
            }
        }

        private func texts(_ record: LogRecord, _ request: ScoredRequest, _ rows: [String]) -> [LogRecord.FeatureText] {
            ScoredRequest.texts(rows, ids: ids(record, request)).map {
                LogRecord.FeatureText(id: $0.id, text: $0.text)
            }
        }

        private func ids(_ record: LogRecord, _ request: ScoredRequest) -> [String] {
            request.message.itemIDs.map { String(decoding: record.request[$0], as: UTF8.self) }
        }
    }
}
