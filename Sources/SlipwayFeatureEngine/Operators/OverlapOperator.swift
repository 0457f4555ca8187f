/// How much two lists of words have in common.
struct OverlapOperator: FeatureOperator {
    static let typeName = "overlap_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let method: OverlapMethod

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        inputs = try ["query", "title"].map {
            OperatorInput(expression: try entry.expression($0), form: .values(separator))
        }
        let name = try entry.requiredText("method")
        guard let method = OverlapMethod(rawValue: name) else {
            throw entry.wrong(
                "method", "is \"\(name)\"",
                fix: "use \(OverlapMethod.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.method = method
        traits = OperatorTraits(
            plain: .dense(width: 1), usesNormalizer: true, emptyDefault: "0", separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        out.emit(method.value(OverlapTexts(query: row[0], title: row[1], arena: row.arena)))
    }
}
