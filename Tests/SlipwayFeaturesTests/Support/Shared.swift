import Foundation

/// The reference data beside the checkout, where there is any.
enum Shared {
    static let folder: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.deletingLastPathComponent().path + "/shared"
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder + "/spec/fg_vectors.json") }

    static func read<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
    }
}

/// Any JSON, compared by value: 18.0 equals 18, key order does not matter.
enum AnyJSON: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([AnyJSON])
    case object([String: AnyJSON])

    init(from decoder: any Decoder) throws {
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

    static func parse(_ text: String) throws -> AnyJSON {
        try JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8))
    }

    subscript(key: String) -> AnyJSON? {
        if case .object(let members) = self { return members[key] }
        return nil
    }

    var elements: [AnyJSON] { if case .array(let values) = self { values } else { [] } }
    var string: String? { if case .text(let value) = self { value } else { nil } }
    var int: Int64? { if case .integer(let value) = self { value } else { nil } }

    var double: Double? {
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
