import Foundation
import SlipwayProtocol

/// A server that is asked over the network.
package final class ServerSide: ReplaySide {
    private let client: ServerClient
    /// What asks for features with scores.
    private let debugLevel: Int

    package init(_ address: ServerAddress, _ options: ClientOptions, debugLevel: Int = 1) throws {
        client = try ServerClient(address, options)
        self.debugLevel = debugLevel
    }

    package var description: String { client.address.description }

    package func session() -> any ReplaySession { Session(client, debugLevel) }

    package func stop() { client.stop() }

    private final class Session: ReplaySession {
        private let client: ServerClient
        private let debugLevel: Int

        init(_ client: ServerClient, _ debugLevel: Int) {
            self.client = client
            self.debugLevel = debugLevel
        }

        func answer(_ record: LogRecord, explains: Bool) -> ReplayAnswer {
            let body = ProtoRequest.settingDebugLevel(explains ? debugLevel : 0, of: record.request)
            let reply = client.ask(body)
            switch reply.outcome {
            case .timeout: return ReplayAnswer(status: 0, problem: "no answer in time")
            case .failure(let reason): return ReplayAnswer(status: 0, problem: reason)
            case .answer(let answer):
                guard answer.status == 200 else {
                    let text = String(decoding: answer.body.prefix(400), as: UTF8.self)
                    return ReplayAnswer(status: answer.status, problem: text)
                }
                do {
                    let response = try PredictResponse(answer.body)
                    var result = ReplayAnswer()
                    result.outputs = response.outputs
                    result.items = response.itemIDs
                    result.rawFeatures = response.rawFeatures
                    result.generatedFeatures = response.generatedFeatures
                    result.modelVersion = answer.modelVersion
                    return result
                } catch {
                    return ReplayAnswer(status: 0, problem: "the answer is no PBResponse: \(error)")
                }
            }
        }
    }
}
