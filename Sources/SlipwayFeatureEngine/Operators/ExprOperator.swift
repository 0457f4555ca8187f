import SlipwayCore

/// An arithmetic expression over other inputs.
struct ExprOperator: FeatureOperator {
    static let typeName = "expr_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let expression: Expression
    private let fill: Double

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        let variables = try entry.expressions("variables", least: 1)
        inputs = variables.map { OperatorInput(expression: $0, form: .values(separator)) }
        expression = try entry.parse("expression", variables: variables.map(\.name))
        fill = try entry.double("fill_missing") ?? .nan
        let keep = try entry.valueDim(0)
        traits = OperatorTraits(
            plain: .dense(width: max(keep, 1)), keep: keep, valueDim: max(keep, 1), usesNormalizer: true,
            separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        row.evaluate(expression, inputs: inputs.count, fill: fill, to: out)
    }
}

extension FGEntry {
    /// An expression, its problems told with feature and key.
    func parse(_ key: String, variables: [String]) throws -> Expression {
        let text = try requiredText(key)
        do {
            return try Expression(text, variables: variables)
        } catch let error as SlipwayError {
            throw wrong(key, error.message, fix: error.fix ?? "mend the expression")
        }
    }
}

extension OperatorRow {
    /// Writes the numbers of an expression over the row's inputs; an input that is no number spoils the row.
    func evaluate(_ expression: Expression, inputs: Int, fill: Double, to out: FeatureWriter) {
        numbers.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for input in 0..<inputs {
            starts.append(numbers.count)
            for token in self[input] {
                guard let number = token.number else {
                    out.spoil()
                    return
                }
                numbers.append(number)
            }
        }
        starts.append(numbers.count)
        numbers.withUnsafeBufferPointer { numbers in
            let values = Expression.Values(numbers: numbers, starts: starts, fill: fill)
            for index in 0..<expression.count(values) { out.emit(expression.value(values, index)) }
        }
    }
}
