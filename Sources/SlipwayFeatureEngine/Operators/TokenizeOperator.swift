import SlipwayCore

/// A text cut into the pieces of a tokenizer's vocabulary.
struct TokenizeOperator: FeatureOperator {
    static let typeName = "tokenize_feature"

    let inputs: [OperatorInput]
    let traits = OperatorTraits(plain: .ready, hasSingleInput: true, valueDim: 0)
    private let tokenizer: any Tokenizer

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        inputs = [OperatorInput(expression: try entry.expression("expression"), form: .whole)]
        let path = context.path(try entry.requiredText("vocab_file"))
        let type = try entry.text("tokenizer_type") ?? "bpe"
        tokenizer = try withContext("feature \(entry.name), vocab_file") {
            switch type {
            case "bpe": return try BPETokenizer(path: path)
            case "sentencepiece": return try SentencePieceTokenizer(path: path)
            default: throw entry.wrong("tokenizer_type", "is \"\(type)\"", fix: "use bpe or sentencepiece")
            }
        }
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        guard let token = row[0].first else { return }
        tokenizer.encode(token.text(in: row.arena)) { out.emit(id: $0) }
    }

    func writeDefault(_ text: String, to out: FeatureWriter) {
        var text = text
        text.withUTF8 { bytes in tokenizer.encode(bytes) { out.emit(id: $0) } }
    }
}
