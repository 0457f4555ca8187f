import SlipwayCore

/// Values with patterns replaced in them; what is left empty is no value.
struct RegexReplaceOperator: FeatureOperator {
    static let typeName = "regex_replace_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let replacement: RegexReplacement

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        inputs = [OperatorInput(expression: try entry.expression("expression"), form: .values(separator))]
        guard let patterns = try entry.texts("regex_pattern"), !patterns.isEmpty else {
            throw entry.wrong("regex_pattern", "is missing", fix: "set the pattern to replace")
        }
        do {
            replacement = try RegexReplacement(
                patterns: patterns, replacement: try entry.text("replacement") ?? "",
                replacesAll: entry.has("replace_all") ? try entry.flag("replace_all") : true,
                ignoresCase: try entry.flag("icase"))
        } catch let error as SlipwayError where !error.message.hasPrefix("feature") {
            throw entry.wrong("regex_pattern", error.message, fix: error.fix ?? "mend the pattern")
        }
        let dim = try entry.valueDim(entry.isSequence ? 1 : 0)
        traits = OperatorTraits(plain: .texts, hasSingleInput: true, keep: dim, valueDim: dim, separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        for token in row[0] {
            var result = replacement.apply(String(decoding: token.text(in: row.arena), as: UTF8.self))
            result.withUTF8 { bytes in
                guard !bytes.isEmpty else { return }
                out.emit(Token(text: bytes))
            }
        }
    }
}
