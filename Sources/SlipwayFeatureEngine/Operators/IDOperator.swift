/// Categories: each value of the input is one id. Weighted ids carry a number each.
struct IDOperator: FeatureOperator {
    static let typeName = "id_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let prefix: [UInt8]?

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        let isWeighted = try entry.flag("weighted")
        let form: CellForm = isWeighted ? .pairs(separator, Separator(byte: 0x3a)) : .values(separator)
        inputs = [OperatorInput(expression: try entry.expression("expression"), form: form)]
        let dim = try entry.valueDim(entry.isSequence ? 1 : 0)
        prefix = try entry.flag("need_prefix") ? Array("\(entry.name)_".utf8) : nil
        traits = OperatorTraits(
            plain: .texts, hasSingleInput: true, keep: dim, valueDim: dim, isWeighted: isWeighted,
            isPlain: !isWeighted && prefix == nil, separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let tokens = row[0]
        if traits.isWeighted { return applyWeighted(tokens, row, to: out) }
        guard let prefix else {
            for token in tokens { out.emit(token) }
            return
        }
        for token in tokens { out.emit(prefixed(token, prefix, row)) }
    }

    private func applyWeighted(_ tokens: UnsafeBufferPointer<Token>, _ row: OperatorRow, to out: FeatureWriter) {
        for index in stride(from: 0, to: tokens.count - 1, by: 2) {
            let stated = tokens[index + 1]
            let weight = stated.number
            if weight == nil, stated.kind != .absent { out.counters.unparsable += 1 }
            let key = prefix.map { prefixed(tokens[index], $0, row) } ?? tokens[index]
            out.emit(key, weight: Float(weight ?? 1))
        }
    }

    private func prefixed(_ token: Token, _ prefix: [UInt8], _ row: OperatorRow) -> Token {
        let text = token.text(in: row.arena)
        return prefix.withUnsafeBufferPointer { head in
            let head = UnsafeBufferPointer(rebasing: head.dropLast())
            return Token(text: row.arena.join(head, 0x5f, text))
        }
    }
}
