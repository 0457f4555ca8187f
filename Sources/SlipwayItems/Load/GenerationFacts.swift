import Foundation

/// What is known of a generation, beside its name in Redis.
package struct GenerationFacts: Codable, Sendable, Equatable {
    /// Whether all of its items are there.
    package var isComplete = false
    /// Seconds since 1970.
    package var created: Double
    package var items = 0
    package var source = ""

    package init(created: Double, source: String) {
        self.created = created
        self.source = source
    }

    /// Nil for what is no such thing.
    package init?(json: String) {
        guard let facts = try? JSONDecoder().decode(GenerationFacts.self, from: Data(json.utf8)) else { return nil }
        self = facts
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
