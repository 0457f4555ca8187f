/// Every kind of feature the engine runs: one line each.
enum OperatorCatalogue {
    static let operators: [any FeatureOperator.Type] = [
        IDOperator.self,
        RawOperator.self,
        ComboOperator.self,
        LookupOperator.self,
        MatchOperator.self,
        ExprOperator.self,
        OverlapOperator.self,
        TokenizeOperator.self,
        TextNormalizerOperator.self,
        KVDotProductOperator.self,
        BoolMaskOperator.self,
        CombineOperator.self,
        RegexReplaceOperator.self,
        CustomFeatureOperator.self,
    ]

    private static let byName = Dictionary(
        operators.map { ($0.typeName, $0) }, uniquingKeysWith: { first, _ in first })

    static func make(_ entry: FGEntry, _ context: CompileContext) throws -> any FeatureOperator {
        guard let type = byName[entry.typeName] else {
            throw entry.wrong(
                "feature_type", "is \"\(entry.typeName)\"",
                fix: "use \(operators.map { $0.typeName }.joined(separator: ", "))")
        }
        return try type.init(entry, context)
    }
}
