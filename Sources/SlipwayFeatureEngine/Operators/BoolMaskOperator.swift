/// Values of the first input where the second is true: the text `true` or a number other than 0.
struct BoolMaskOperator: FeatureOperator {
    static let typeName = "bool_mask_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        let expressions = try entry.expressions("expression", least: 2)
        guard expressions.count == 2 else {
            throw entry.wrong("expression", "names \(expressions.count) inputs", fix: "name the values and the mask")
        }
        inputs = expressions.map { OperatorInput(expression: $0, form: .values(separator)) }
        let dim = try entry.valueDim(0)
        traits = OperatorTraits(plain: .texts, keep: dim, valueDim: dim, separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let values = row[0], mask = row[1]
        for index in 0..<min(values.count, mask.count) where Self.isTrue(mask[index]) { out.emit(values[index]) }
    }

    private static func isTrue(_ token: Token) -> Bool {
        let bytes = token.bytes
        if bytes.count == 4, zip(bytes, "true".utf8).allSatisfy({ $0 | 0x20 == $1 }) { return true }
        return token.number.map { $0 != 0 } ?? false
    }
}
