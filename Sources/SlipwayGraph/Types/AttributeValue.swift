import SlipwayCore

/// A constant that is part of an op.
public enum AttributeValue: Sendable, Hashable, CustomStringConvertible {
    case int(Int)
    case float(Double)
    case bool(Bool)
    case string(String)
    case ints([Int])

    public var description: String {
        switch self {
        case .int(let value): return String(value)
        case .float(let value):
            if value.isNaN { return "nan" }
            let text = "\(value)"
            return text.contains(where: { ".en".contains($0) }) ? text : text + ".0"
        case .bool(let value): return value ? "true" : "false"
        case .string(let value): return GraphText.quote(value)
        case .ints(let values): return "[\(values.map(String.init).joined(separator: ", "))]"
        }
    }
}

/// Attributes of one node by name, read with type checks.
public struct Attributes: Sendable, Hashable {
    public private(set) var entries: [String: AttributeValue]

    public init(_ entries: [String: AttributeValue] = [:]) { self.entries = entries }

    /// Names and values in name order.
    public var sorted: [(name: String, value: AttributeValue)] {
        entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    public func int(_ name: String) throws -> Int {
        guard case .int(let value)? = entries[name] else { throw wrong(name, "an integer") }
        return value
    }

    public func float(_ name: String) throws -> Double {
        switch entries[name] {
        case .float(let value)?: return value
        case .int(let value)?: return Double(value)
        default: throw wrong(name, "a number")
        }
    }

    public func bool(_ name: String) throws -> Bool {
        guard case .bool(let value)? = entries[name] else { throw wrong(name, "true or false") }
        return value
    }

    public func string(_ name: String) throws -> String {
        guard case .string(let value)? = entries[name] else { throw wrong(name, "a string") }
        return value
    }

    public func ints(_ name: String) throws -> [Int] {
        guard case .ints(let value)? = entries[name] else { throw wrong(name, "a list of integers") }
        return value
    }

    /// A string attribute that must be one of the cases of `T`.
    public func choice<T: RawRepresentable & CaseIterable>(_ name: String, of _: T.Type) throws -> T
    where T.RawValue == String {
        let text = try string(name)
        guard let value = T(rawValue: text) else {
            let known = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw SlipwayError(.corrupt, "attribute \(name) is \"\(text)\", not one of \(known)")
        }
        return value
    }

    private func wrong(_ name: String, _ expected: String) -> SlipwayError {
        let found = entries[name].map { "is \($0)" } ?? "is missing"
        return SlipwayError(.corrupt, "attribute \(name) \(found); it must be \(expected)")
    }
}
