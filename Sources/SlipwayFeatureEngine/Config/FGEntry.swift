package import SlipwayCore

/// One feature of an fg.json with typed access to its keys; every problem names the feature and the key.
package struct FGEntry: Sendable {
    /// Full name; `<sequence>__<feature>` inside a group.
    package let name: String
    /// `feature_type` without the `sequence_` prefix.
    package let typeName: String
    package let group: SequenceGroup?
    package let isSequence: Bool
    private let node: JSONNode

    /// What a sequence group states for all its features.
    package struct SequenceGroup: Sendable, Equatable {
        package let name: String
        package let length: Int
        package let delimiter: String
        /// The primary key's `side:column`.
        package let primaryKey: String?
    }

    init(_ node: JSONNode, group: SequenceGroup?) throws {
        guard case .object = node else {
            throw SlipwayError(.invalidConfig, "fg.json: an entry of features is \(node.kind)", fix: "use an object")
        }
        guard case .text(let ownName)? = node["feature_name"], !ownName.isEmpty else {
            throw SlipwayError(.invalidConfig, "fg.json: a feature has no feature_name", fix: "name it")
        }
        self.node = node
        self.group = group
        name = group.map { "\($0.name)__\(ownName)" } ?? ownName
        guard case .text(let type)? = node["feature_type"] else {
            throw FGError.field(name, "feature_type", "is missing", fix: "state the feature's type")
        }
        let isPrefixed = type.hasPrefix("sequence_")
        typeName = isPrefixed ? String(type.dropFirst(9)) : type
        isSequence = isPrefixed || group != nil || node["is_sequence"] == .bool(true) || node["sequence_delim"] != nil
    }

    func has(_ key: String) -> Bool { node[key] != nil }

    package func wrong(_ key: String, _ problem: String, fix: String) -> SlipwayError {
        FGError.field(name, key, problem, fix: fix)
    }

    package func text(_ key: String) throws -> String? {
        switch node[key] {
        case nil: return nil
        case .text(let value)?: return value
        case .integer(let value)?: return String(value)
        case .number(let value)?: return NumberText.text(value)
        case .bool(let value)?: return value ? "true" : "false"
        case let other?: throw wrong(key, "is \(other.kind)", fix: "use a text")
        }
    }

    func requiredText(_ key: String) throws -> String {
        guard let value = try text(key), !value.isEmpty else { throw wrong(key, "is missing", fix: "set \(key)") }
        return value
    }

    /// A text or a list of texts.
    package func texts(_ key: String) throws -> [String]? {
        switch node[key] {
        case nil: return nil
        case .array(let values)?:
            return try values.map { value in
                switch value {
                case .text(let text): return text
                case .integer(let number): return String(number)
                default: throw wrong(key, "holds \(value.kind)", fix: "use texts")
                }
            }
        default: return try text(key).map { [$0] }
        }
    }

    package func flag(_ key: String) throws -> Bool {
        switch node[key] {
        case nil: return false
        case .bool(let value)?: return value
        case .integer(let value)?: return value != 0
        case .text("true")?: return true
        case .text("false")?: return false
        case let other?: throw wrong(key, "is \(other.kind)", fix: "use true or false")
        }
    }

    package func integer(_ key: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let value = node[key] else { return nil }
        guard let number = value.int64 ?? (try? text(key)).flatMap({ $0.flatMap { Int64($0) } }) else {
            throw wrong(key, "is \(value.kind)", fix: "use a whole number")
        }
        guard range.contains(number) else {
            throw wrong(key, "is \(number)", fix: "use a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func double(_ key: String) throws -> Double? {
        guard let value = node[key] else { return nil }
        guard let number = value.double else { throw wrong(key, "is \(value.kind)", fix: "use a number") }
        return number
    }

    package func floats(_ key: String) throws -> [Float]? {
        guard let value = node[key] else { return nil }
        guard case .array(let values) = value else {
            throw wrong(key, "is \(value.kind)", fix: "use a list of numbers")
        }
        return try values.map { value in
            guard let number = value.double else { throw wrong(key, "holds \(value.kind)", fix: "use numbers") }
            return Float(number)
        }
    }

    /// An object's members, by key in order.
    func members(_ key: String) throws -> [(key: String, value: JSONNode)]? {
        guard let value = node[key] else { return nil }
        guard case .object(let members) = value else { throw wrong(key, "is \(value.kind)", fix: "use an object") }
        return members.sorted { $0.key < $1.key }
    }

    /// The keys of an object, in order.
    package func keys(_ key: String) throws -> [String]? { try members(key)?.map(\.key) }

    /// All keys with plain values as text: what a custom operator is made from.
    package var parameters: [String: String] {
        guard case .object(let members) = node else { return [:] }
        var result: [String: String] = [:]
        for key in members.keys {
            if let text = try? text(key) { result[key] = text }
        }
        return result
    }
}

enum FGError {
    static func field(_ feature: String, _ field: String, _ problem: String, fix: String) -> SlipwayError {
        SlipwayError(.invalidConfig, "feature \(feature): \(field) \(problem)", fix: fix)
    }
}
