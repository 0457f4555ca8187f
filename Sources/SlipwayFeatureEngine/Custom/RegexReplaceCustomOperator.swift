/// Text with a pattern replaced: parameters `regex_patten` (upstream's spelling) and `replacement`.
struct RegexReplaceCustomOperator: CustomOperator {
    private let replacement: RegexReplacement

    init(parameters: [String: String], inputNames: [String]) throws {
        replacement = try RegexReplacement(
            patterns: [parameters["regex_patten"] ?? parameters["regex_pattern"] ?? ""],
            replacement: parameters["replacement"] ?? "", replacesAll: true, ignoresCase: false)
    }

    func values(_ inputs: [[CustomValue]]) -> [CustomValue] {
        inputs[0].map { .text(replacement.apply($0.text)) }
    }
}
