public import SlipwayCore

extension ColumnType {
    /// The type that `description` prints as `text`; nil when no type does.
    public init?(text: String) {
        var rest = Substring(text)
        guard let type = Self.parse(&rest, depth: 0), rest.isEmpty else { return nil }
        self = type
    }

    private static func parse(_ rest: inout Substring, depth: Int) -> ColumnType? {
        guard depth <= 16 else { return nil }
        let words: [(String, ColumnType)] = [
            ("int32", .int32), ("int64", .int64), ("float", .float), ("double", .double), ("string", .string),
            ("bool", .bool),
        ]
        for (word, type) in words where take(word, &rest) { return type }
        if take("list<", &rest) {
            guard let element = parse(&rest, depth: depth + 1), take(">", &rest) else { return nil }
            return .list(element)
        }
        if take("map<", &rest) {
            guard let key = parse(&rest, depth: depth + 1), take(", ", &rest),
                let value = parse(&rest, depth: depth + 1), take(">", &rest)
            else { return nil }
            return .map(key: key, value: value)
        }
        return nil
    }

    private static func take(_ token: String, _ rest: inout Substring) -> Bool {
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    /// The type both can be read as without loss; nil when there is none.
    func unified(with other: ColumnType) -> ColumnType? {
        switch (self, other) {
        case _ where self == other: return self
        case (.int32, .int64), (.int64, .int32): return .int64
        case (.float, .double), (.double, .float), (.int32, .double), (.double, .int32): return .double
        case (.list(let left), .list(let right)): return left.unified(with: right).map { .list($0) }
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            guard let key = leftKey.unified(with: rightKey), let value = leftValue.unified(with: rightValue) else {
                return nil
            }
            return .map(key: key, value: value)
        default: return nil
        }
    }
}
