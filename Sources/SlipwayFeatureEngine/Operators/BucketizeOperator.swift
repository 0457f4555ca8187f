/// Stands for any feature whose values are there already and only need bucketizing: reads the column named like the feature.
struct BucketizeOperator: FeatureOperator {
    static let typeName = "bucketize"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let original: any FeatureOperator

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        original = try OperatorCatalogue.make(entry, context)
        var traits = original.traits
        traits.hasSingleInput = true
        traits.allInputsAreSteps = false
        traits.usesNormalizer = false
        traits.isPlain = !traits.isWeighted
        self.traits = traits
        let form: CellForm =
            traits.isWeighted
            ? .pairs(traits.separator, Separator(byte: 0x3a)) : .values(traits.separator)
        let column = try InputExpression("context:\(entry.name)", key: "feature_name", of: entry)
        inputs = [OperatorInput(expression: column, form: form)]
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let tokens = row[0]
        guard traits.isWeighted else {
            for token in tokens { out.emit(token) }
            return
        }
        for index in stride(from: 0, to: tokens.count - 1, by: 2) {
            out.emit(tokens[index], weight: Float(tokens[index + 1].number ?? 1))
        }
    }

    func writeDefault(_ text: String, to out: FeatureWriter) { original.writeDefault(text, to: out) }
}
