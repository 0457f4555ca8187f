/// Text cleaned up before it is tokenized.
struct TextNormalizerOperator: FeatureOperator {
    static let typeName = "text_normalizer"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let normalizer: TextNormalizer

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        inputs = [OperatorInput(expression: try entry.expression("expression"), form: .whole)]
        normalizer = try TextNormalizer(entry, context)
        traits = OperatorTraits(plain: .texts, hasSingleInput: true, keep: 1)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        guard let token = row[0].first else { return }
        let text = token.text(in: row.arena)
        var result = normalizer.apply(String(decoding: text, as: UTF8.self))
        result.withUTF8 { bytes in
            guard !bytes.isEmpty else { return }
            out.emit(Token(text: bytes))
        }
    }

    func writeDefault(_ text: String, to out: FeatureWriter) {
        var text = text
        text.withUTF8 { out.emit(Token(text: $0)) }
    }
}
