import Foundation
import SlipwayCore

/// A value of a report's JSON. Keys come out sorted, and a fact that is absent is null rather than left out.
package indirect enum Fact: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([Fact])
    case object([String: Fact])

    package init(_ value: Int?) { self = value.map(Fact.int) ?? .null }
    package init(_ value: String?) { self = value.map(Fact.string) ?? .null }
    package init(_ values: [String]) { self = .array(values.map(Fact.string)) }
    package init(_ values: [String: String]) { self = .object(values.mapValues(Fact.string)) }

    /// Pretty JSON without a newline at the end. Numbers that JSON cannot hold become `"inf"`, `"-inf"` and `"nan"`.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Fact: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
