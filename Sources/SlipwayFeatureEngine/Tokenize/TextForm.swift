import Foundation
import SlipwayCore

/// The `normalizer` of a tokenizer.json: steps done to text before it is cut.
struct TextForm: Sendable {
    private enum Step: Sendable {
        case nfc, nfd, nfkc, nfkd, lowercase, strip, prepend(String), replace(String, String)
    }

    private let steps: [Step]

    init(_ node: JSONNode?, _ path: String) throws {
        steps = try node.map { try Self.steps($0, path) } ?? []
    }

    private static func steps(_ node: JSONNode, _ path: String) throws -> [Step] {
        guard case .text(let type)? = node["type"] else { return [] }
        switch type {
        case "Sequence":
            guard case .array(let inner)? = node["normalizers"] else { return [] }
            return try inner.flatMap { try steps($0, path) }
        case "NFC": return [.nfc]
        case "NFD": return [.nfd]
        case "NFKC": return [.nfkc]
        case "NFKD": return [.nfkd]
        case "Lowercase": return [.lowercase]
        case "Strip": return [.strip]
        case "Prepend":
            if case .text(let text)? = node["prepend"] { return [.prepend(text)] }
        case "Replace":
            if case .text(let from)? = node["pattern"]?["String"], case .text(let to)? = node["content"] {
                return [.replace(from, to)]
            }
        default: break
        }
        throw SlipwayError(
            .unsupported, "\(path): the normalizer \(type) is not known",
            fix: "use NFC, NFD, NFKC, NFKD, Lowercase, Strip, Prepend or Replace")
    }

    func apply(_ text: String) -> String {
        guard !steps.isEmpty else { return text }
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        return steps.reduce(text) { text, step in
            switch step {
            case .nfc: return isASCII ? text : text.precomposedStringWithCanonicalMapping
            case .nfd: return isASCII ? text : text.decomposedStringWithCanonicalMapping
            case .nfkc: return isASCII ? text : text.precomposedStringWithCompatibilityMapping
            case .nfkd: return isASCII ? text : text.decomposedStringWithCompatibilityMapping
            case .lowercase: return text.lowercased()
            case .strip: return text.trimmingCharacters(in: .whitespacesAndNewlines)
            case .prepend(let head): return text.isEmpty ? text : head + text
            case .replace(let from, let to): return text.replacingOccurrences(of: from, with: to)
            }
        }
    }
}
