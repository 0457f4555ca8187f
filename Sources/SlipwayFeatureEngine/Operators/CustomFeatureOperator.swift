import SlipwayCore

/// Runs a registered `CustomOperator`.
struct CustomFeatureOperator: FeatureOperator {
    static let typeName = "custom_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let custom: any CustomOperator

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        let expressions = try entry.expressions("expression", least: 1)
        inputs = expressions.map { OperatorInput(expression: $0, form: .values(separator)) }
        let name = try entry.requiredText("operator_name")
        guard let type = context.customOperators.byName[name] else {
            let known = context.customOperators.byName.keys.sorted().joined(separator: ", ")
            throw entry.wrong(
                "operator_name", "\"\(name)\" is not registered",
                fix: "register it with CustomOperators.register, or use \(known)")
        }
        do {
            custom = try type.init(parameters: entry.parameters, inputNames: expressions.map(\.name))
        } catch let error as SlipwayError {
            throw entry.wrong("operator_params", "of \(name): \(error.message)", fix: error.fix ?? "mend them")
        }
        let dim = max(try entry.valueDim(1), 1)
        let isText = try entry.text("value_type") == "string"
        traits = OperatorTraits(
            plain: isText ? .texts : .dense(width: dim), allInputsAreSteps: type.cutsIntoSteps && entry.isSequence,
            valueDim: try entry.valueDim(1), usesNormalizer: true, separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let values = inputs.indices.map { input in
            row[input].map { token -> CustomValue in
                if token.kind != .text, let number = token.number { return .number(number) }
                return .text(String(decoding: token.text(in: row.arena), as: UTF8.self))
            }
        }
        for value in custom.values(values) {
            switch value {
            case .number(let number): out.emit(number)
            case .text(var text): text.withUTF8 { out.emit(Token(text: $0)) }
            }
        }
    }
}
