/// Numbers, one or `value_dim` a row.
struct RawOperator: FeatureOperator {
    static let typeName = "raw_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        let width = max(try entry.valueDim(1), 1)
        inputs = [OperatorInput(expression: try entry.expression("expression"), form: .values(separator))]
        traits = OperatorTraits(
            plain: .dense(width: width), hasSingleInput: true, keep: width, width: width, valueDim: width,
            usesNormalizer: true, isPlain: true,
            separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        for token in row[0] { out.emit(token) }
    }
}
