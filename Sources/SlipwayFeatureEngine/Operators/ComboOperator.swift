/// Every combination of the inputs' values, joined with `_`; the first input changes slowest.
struct ComboOperator: FeatureOperator {
    static let typeName = "combo_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        inputs = try entry.expressions("expression", least: 2).map {
            OperatorInput(expression: $0, form: .values(separator))
        }
        let dim = try entry.valueDim(0)
        traits = OperatorTraits(plain: .texts, keep: dim, valueDim: dim, separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        var left = traits.keep > 0 ? traits.keep : Self.mostValues
        combine(row, 0, nil, out, &left)
    }

    /// Combinations of one row; more are dropped, so that a hostile row cannot use up the memory.
    private static let mostValues = 1 << 20

    private func combine(
        _ row: OperatorRow, _ index: Int, _ head: UnsafeBufferPointer<UInt8>?, _ out: FeatureWriter, _ left: inout Int
    ) {
        for token in row[index] where left > 0 {
            let text = token.text(in: row.arena)
            let joined = head.map { row.arena.join($0, 0x5f, text) } ?? text
            if index + 1 < inputs.count {
                combine(row, index + 1, joined, out, &left)
            } else {
                out.emit(Token(text: joined))
                left -= 1
            }
        }
    }
}
