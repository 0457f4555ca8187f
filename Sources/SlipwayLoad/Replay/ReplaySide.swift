package import SlipwayProtocol

/// Something that answers logged requests.
package protocol ReplaySide: Sendable {
    /// What it is, for people.
    var description: String { get }
    /// One for each thread.
    func session() -> any ReplaySession
    /// Files of its package that make a feature; empty where they are not known.
    func files(of feature: String) -> [String]
}

/// One thread's way to a side.
package protocol ReplaySession: AnyObject {
    /// - Parameter explains: whether features before and after generation are wanted.
    func answer(_ record: LogRecord, explains: Bool) -> ReplayAnswer
}

extension ReplaySide {
    package func files(of feature: String) -> [String] { [] }
}

/// The features that stand in the log.
package struct RecordedSide: ReplaySide {
    package init() {}

    package var description: String { "the features in the log" }

    package func session() -> any ReplaySession { Session() }

    private final class Session: ReplaySession {
        func answer(_ record: LogRecord, explains: Bool) -> ReplayAnswer {
            var answer = ReplayAnswer()
            answer.rawFeatures = record.rawFeatures
            answer.generatedFeatures = record.generatedFeatures
            return answer
        }
    }
}
