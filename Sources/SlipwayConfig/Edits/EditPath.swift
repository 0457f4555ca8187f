import SlipwayCore

/// A path of a `ConfigEdit`, taken apart.
struct EditPath {
    enum Comparison: String, CaseIterable {
        // In the order in which a condition is searched for them.
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
        case equal = "="
    }

    enum Selector {
        /// No brackets.
        case whole
        case index(Int)
        case range(from: Int?, to: Int?)
        case condition(path: [String], Comparison, value: String)
    }

    struct Step {
        let name: String
        let selector: Selector
    }

    let text: String
    let steps: [Step]

    /// Throws: `invalidArgument` naming the path and the part that is not understood.
    init(_ text: String) throws {
        self.text = text
        let parts = Self.split(text).map(\.trimmed).filter { !$0.isEmpty }
        guard !parts.isEmpty else {
            throw SlipwayError(.invalidArgument, "an edit has an empty path", fix: "name a field, such as model_dir")
        }
        steps = try parts.map { try Self.step($0, in: text) }
    }

    /// Cuts at dots outside brackets.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == ".", depth <= 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func step(_ part: String, in text: String) throws -> Step {
        guard let open = part.firstIndex(of: "[") else { return Step(name: part, selector: .whole) }
        let name = String(part[..<open]).trimmed
        guard part.last == "]" else {
            throw SlipwayError(
                .invalidArgument, "edit path `\(text)`: `\(part)` lacks its `]`", fix: "close the bracket")
        }
        let inside = String(part[part.index(after: open)...].dropLast()).trimmed
        if let index = Int(inside) { return Step(name: name, selector: .index(index)) }
        for comparison in Comparison.allCases {
            guard let place = inside.lastRange(of: comparison.rawValue) else { continue }
            let path = inside[..<place.lowerBound].split(separator: ".").map { String($0).trimmed }
            guard !path.isEmpty else { break }
            return Step(
                name: name,
                selector: .condition(path: path, comparison, value: String(inside[place.upperBound...]).trimmed))
        }
        let bounds = inside.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard bounds.count == 2, bounds.allSatisfy({ $0.isEmpty || Int($0) != nil }) else {
            throw SlipwayError(
                .invalidArgument, "edit path `\(text)`: `[\(inside)]` selects nothing",
                fix: "use an index [0], a range [1:3], all [:] or a condition [field=value]")
        }
        return Step(name: name, selector: .range(from: Int(bounds[0]), to: Int(bounds[1])))
    }
}

extension String {
    fileprivate func lastRange(of other: String) -> Range<String.Index>? {
        var place = endIndex
        while place > startIndex {
            place = index(before: place)
            if self[place...].hasPrefix(other) { return place..<index(place, offsetBy: other.count) }
        }
        return nil
    }
}
