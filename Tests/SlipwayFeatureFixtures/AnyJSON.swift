import Foundation

/// Any JSON, compared by value: 18.0 equals 18, key order does not matter.
package enum AnyJSON: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([AnyJSON])
    case object([String: AnyJSON])

    package init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? single.decode(Double.self) {
            self = .number(value)
        } else if let value = try? single.decode(String.self) {
            self = .text(value)
        } else if let value = try? single.decode([AnyJSON].self) {
            self = .array(value)
        } else {
            self = .object(try single.decode([String: AnyJSON].self))
        }
    }

    package static func parse(_ text: String) throws -> AnyJSON {
        try JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8))
    }

    package subscript(key: String) -> AnyJSON? {
        if case .object(let members) = self { return members[key] }
        return nil
    }

    package var elements: [AnyJSON] { if case .array(let values) = self { values } else { [] } }
    package var string: String? { if case .text(let value) = self { value } else { nil } }
    package var int: Int64? { if case .integer(let value) = self { value } else { nil } }

    package var double: Double? {
        switch self {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        case .text("nan"): return .nan
        case .text("inf"): return .infinity
        case .text("-inf"): return -.infinity
        default: return nil
        }
    }
}
