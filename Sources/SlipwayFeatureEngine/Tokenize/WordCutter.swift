import SlipwayCore

/// The `ByteLevel` pre-tokenizer of a tokenizer.json: cuts text into words as GPT-2's pattern does.
///
/// A word is one of: an English ending after an apostrophe; letters, numbers or other signs, each with at most one blank
/// before; or blanks. Of several blanks before a word, the last belongs to the word.
struct WordCutter: Sendable {
    private let addsPrefixSpace: Bool
    private let usesPattern: Bool

    init(_ node: JSONNode?, _ path: String) throws {
        var addsSpace = false
        var usesPattern = false
        var isByteLevel = false
        var parts: [JSONNode] = node.map { [$0] } ?? []
        if case .array(let inner)? = node?["pretokenizers"] { parts = inner }
        for part in parts {
            guard part["type"] == .text("ByteLevel") else {
                throw SlipwayError(
                    .unsupported, "\(path): a pre-tokenizer other than ByteLevel", fix: "use a byte-level tokenizer")
            }
            isByteLevel = true
            addsSpace = addsSpace || part["add_prefix_space"] == .bool(true)
            usesPattern = usesPattern || part["use_regex"] != .bool(false)
        }
        guard isByteLevel else {
            throw SlipwayError(
                .unsupported, "\(path) has no ByteLevel pre-tokenizer", fix: "use a byte-level tokenizer")
        }
        addsPrefixSpace = addsSpace
        self.usesPattern = usesPattern
    }

    private enum Kind { case blank, letter, number, other }

    func cut(_ text: String, _ body: (Substring.UnicodeScalarView) -> Void) {
        let first = text.unicodeScalars.first
        let whole = addsPrefixSpace && first.map { !$0.properties.isWhitespace } ?? false ? " " + text : text
        let scalars = Substring(whole).unicodeScalars
        guard usesPattern else {
            if !scalars.isEmpty { body(scalars) }
            return
        }
        var start = scalars.startIndex
        while start < scalars.endIndex {
            let end = wordEnd(scalars, start)
            body(scalars[start..<end])
            start = end
        }
    }

    private func kind(_ scalar: Unicode.Scalar) -> Kind {
        if scalar.properties.isWhitespace { return .blank }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }

    private func wordEnd(_ text: Substring.UnicodeScalarView, _ start: String.Index) -> String.Index {
        if text[start] == "'", let end = endingEnd(text, start) { return end }
        var head = start
        if text[start] == " " {
            let next = text.index(after: start)
            if next < text.endIndex, kind(text[next]) != .blank { head = next }
        }
        let kind = kind(text[head])
        var end = head
        while end < text.endIndex, self.kind(text[end]) == kind { end = text.index(after: end) }
        guard kind == .blank, end < text.endIndex else { return end }
        // The last blank goes to the word after it, unless it is the only one.
        let last = text.index(before: end)
        return last > start ? last : end
    }

    /// The end of 's, 't, 're, 've, 'm, 'll or 'd.
    private func endingEnd(_ text: Substring.UnicodeScalarView, _ start: String.Index) -> String.Index? {
        let rest = text[text.index(after: start)...]
        for ending in ["s", "t", "re", "ve", "m", "ll", "d"] where rest.starts(with: ending.unicodeScalars) {
            return rest.index(rest.startIndex, offsetBy: ending.unicodeScalars.count)
        }
        return nil
    }
}
