import Foundation
import SlipwayCore

/// Patterns replaced in text one after another. `\1` in the replacement is a group of the match.
///
/// `@unchecked Sendable`: regular expressions do not change and may be used from any thread.
struct RegexReplacement: @unchecked Sendable {
    private enum Part {
        case text(String)
        case group(Int)
    }

    private let patterns: [NSRegularExpression]
    private let replacement: [Part]
    private let replacesAll: Bool

    init(patterns: [String], replacement: String, replacesAll: Bool, ignoresCase: Bool) throws {
        self.patterns = try patterns.map { pattern in
            do {
                return try NSRegularExpression(pattern: pattern, options: ignoresCase ? [.caseInsensitive] : [])
            } catch {
                throw SlipwayError(
                    .invalidConfig, "\"\(pattern)\" is no regular expression", fix: "mend the pattern", cause: error)
            }
        }
        self.replacement = Self.parts(replacement)
        self.replacesAll = replacesAll
        for case .group(let group) in self.replacement {
            guard let short = self.patterns.first(where: { $0.numberOfCaptureGroups < group }) else { continue }
            throw SlipwayError(
                .invalidConfig, "the replacement uses group \(group), which \"\(short.pattern)\" lacks",
                fix: "use a group that every pattern has")
        }
    }

    private static func parts(_ text: String) -> [Part] {
        var parts: [Part] = []
        var plain = ""
        var characters = text.makeIterator()
        while let character = characters.next() {
            guard character == "\\" else {
                plain.append(character)
                continue
            }
            guard let next = characters.next() else {
                plain.append(character)
                break
            }
            if next.isASCII, let group = next.wholeNumberValue {
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = ""
                parts.append(.group(group))
            } else {
                plain.append(next)
            }
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        return parts
    }

    func apply(_ text: String) -> String {
        patterns.reduce(text) { apply($1, $0) }
    }

    private func apply(_ pattern: NSRegularExpression, _ text: String) -> String {
        let source = text as NSString
        let whole = NSRange(location: 0, length: source.length)
        let matches =
            replacesAll
            ? pattern.matches(in: text, range: whole) : pattern.firstMatch(in: text, range: whole).map { [$0] } ?? []
        guard !matches.isEmpty else { return text }
        var result = ""
        var end = 0
        for match in matches {
            result += source.substring(with: NSRange(location: end, length: match.range.location - end))
            for part in replacement {
                switch part {
                case .text(let text): result += text
                case .group(let group):
                    let range = match.range(at: group)
                    if range.location != NSNotFound { result += source.substring(with: range) }
                }
            }
            end = match.range.location + match.range.length
        }
        return result + source.substring(from: end)
    }
}
