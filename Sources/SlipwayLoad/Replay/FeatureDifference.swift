import SlipwayProtocol

/// Features as text, `name:value | name:value`, compared feature by feature.
enum FeatureDifference {
    struct Difference: Equatable {
        let feature: String
        /// Nil where a side does not have the feature.
        let first: String?
        let second: String?
    }

    /// The differing features of one row, in the order of the first text.
    ///
    /// - Parameter tolerance: |first − second| / max(1, |first|) that numbers with a point or an exponent may differ
    ///   by; ids are held to the digit.
    static func all(_ first: String, _ second: String, tolerance: Double) -> [Difference] {
        if first == second { return [] }
        let ours = features(first), theirs = features(second)
        var others = Dictionary(theirs.map { ($0.name, $0.value) }) { old, _ in old }
        var found: [Difference] = []
        for (name, value) in ours {
            let other = others.removeValue(forKey: name)
            if let other, isEqual(value, other, tolerance: tolerance) { continue }
            found.append(Difference(feature: name, first: value, second: other))
        }
        for (name, value) in theirs where others.removeValue(forKey: name) != nil {
            found.append(Difference(feature: name, first: nil, second: value))
        }
        return found
    }

    /// Names and values. A piece without a name belongs to the value before it, which held the separator.
    static func features(_ text: String) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            let piece: Substring
            if let gap = rest.firstRange(of: " | ") {
                piece = rest[..<gap.lowerBound]
                rest = rest[gap.upperBound...]
            } else {
                piece = rest
                rest = ""
            }
            if let colon = piece.firstIndex(of: ":") {
                found.append((String(piece[..<colon]), String(piece[piece.index(after: colon)...])))
            } else if found.isEmpty {
                found.append((String(piece), ""))
            } else {
                found[found.count - 1].value += " | \(piece)"
            }
        }
        return found
    }

    static func isEqual(_ first: String, _ second: String, tolerance: Double) -> Bool {
        if first == second { return true }
        let ours = words(first), theirs = words(second)
        guard ours.count == theirs.count else { return false }
        return zip(ours, theirs).allSatisfy { isEqualWord($0, $1, tolerance) }
    }

    private static func isEqualWord(_ first: Substring, _ second: Substring, _ tolerance: Double) -> Bool {
        if first == second { return true }
        func isFraction(_ text: Substring) -> Bool { text.contains { $0 == "." || $0 == "e" || $0 == "E" } }
        guard isFraction(first) || isFraction(second), let a = Double(first), let b = Double(second) else {
            return false
        }
        if a.isNaN && b.isNaN { return true }
        return abs(a - b) <= tolerance * max(1, abs(a))
    }

    /// The text cut at what stands between values; what stands there is a word of its own.
    private static func words(_ text: String) -> [Substring] {
        var found: [Substring] = []
        var start = text.startIndex
        for index in text.indices where isSeparator(text[index]) {
            found.append(text[start..<index])
            found.append(text[index...index])
            start = text.index(after: index)
        }
        found.append(text[start...])
        return found
    }

    private static func isSeparator(_ character: Character) -> Bool {
        switch character {
        case ",", ":", ";", "|", " ", "#", "\u{1d}", "\u{2}", "\u{3}": return true
        default: return false
        }
    }
}
