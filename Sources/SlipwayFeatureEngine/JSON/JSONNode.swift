import Foundation
import SlipwayCore

/// Any JSON value, read by Foundation.
///
/// A whole number is an `integer` however it is spelled (`1`, `1.0`, `1e0`). Of two members with one key the first counts, and keys
/// that differ only in Unicode composition are one key. `NaN` and `Infinity`, which Python writes, are texts that are numbers too.
///
/// Foundation's JSON5 would read them, but its parser traps on damaged text.
enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Above `Int64.max`.
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    case array([JSONNode])
    case object([String: JSONNode])

    /// - Throws: `corrupt` saying what is wrong and where.
    static func read(_ bytes: [UInt8], called name: String) throws -> JSONNode {
        do {
            return try JSONDecoder().decode(JSONNode.self, from: Data(bytes))
        } catch {
            let plain = PythonNumbers.quoted(bytes)
            if plain != bytes, let node = try? JSONDecoder().decode(JSONNode.self, from: Data(plain)) { return node }
            throw SlipwayError(
                .corrupt, "\(name) is no JSON: \(JSONProblem.text(error, bytes))", fix: "give a JSON file")
        }
    }

    /// The member of this key; nil for a null one.
    subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self, let found = members[key], found != .null else { return nil }
        return found
    }

    var double: Double? {
        switch self {
        case .integer(let value): return Double(value)
        case .unsigned(let value): return Double(value)
        case .number(let value): return value
        case .text(let text): return PythonNumbers.values[text]
        default: return nil
        }
    }

    var int64: Int64? {
        switch self {
        case .integer(let value): return value
        case .number(let value): return Int64(exactly: value)
        default: return nil
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: return "null"
        case .bool: return "a boolean"
        case .integer, .unsigned, .number: return "a number"
        case .text: return "a text"
        case .array: return "a list"
        case .object: return "an object"
        }
    }
}

extension JSONNode: Decodable {
    /// Nesting beyond this is refused rather than recursed into.
    private static let deepest = 64

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(String.self) {
            self = .text(value)
        } else if let value = try? single.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? single.decode(UInt64.self) {
            self = .unsigned(value)
        } else if let value = try? single.decode(Double.self) {
            self = .number(value)
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else {
            self = try Self.container(decoder)
        }
    }

    private static func container(_ decoder: any Decoder) throws -> JSONNode {
        func problem(_ what: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: what))
        }
        guard decoder.codingPath.count < deepest else { throw problem("nested too deeply") }
        if var list = try? decoder.unkeyedContainer() {
            var values: [JSONNode] = []
            while !list.isAtEnd { values.append(try list.decode(JSONNode.self)) }
            return .array(values)
        }
        guard let members = try? decoder.container(keyedBy: Key.self) else {
            throw problem("a text or number that cannot be read")
        }
        var values: [String: JSONNode] = [:]
        for key in members.allKeys { values[key.stringValue] = try members.decode(JSONNode.self, forKey: key) }
        return .object(values)
    }
}
