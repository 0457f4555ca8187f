/// The dot product of two maps; a key without a value counts 1, so that two sets give the size of what they share.
struct KVDotProductOperator: FeatureOperator {
    static let typeName = "kv_dot_product"

    let inputs: [OperatorInput]
    let traits: OperatorTraits

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        // The config's kv_delimiter is a number by mistake; only a text can be meant.
        var delimiter = Separator(byte: 0x3a)
        if let stated = try? entry.text("kv_delimiter"),
            Double(stated) == nil, let separator = Separator(stated)
        {
            delimiter = separator
        }
        inputs = try ["query", "document"].map {
            OperatorInput(expression: try entry.expression($0), form: .pairs(separator, delimiter))
        }
        traits = OperatorTraits(plain: .dense(width: 1), emptyDefault: "0", separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let query = row[0], document = row[1]
        let index = query.count * document.count > 64 ? PairIndex.current(row, input: 1) : nil
        var sum = 0.0
        for place in stride(from: 0, to: query.count - 1, by: 2) {
            let key = query[place].text(in: row.arena)
            guard let left = weight(query[place + 1], out) else { continue }
            if let index {
                let found = index.find(key, document, row.arena)
                if found >= 0, let right = weight(document[found + 1], out) { sum += left * right }
                continue
            }
            for other in stride(from: document.count - 2, through: 0, by: -2)
            where Bytes.areEqual(document[other].text(in: row.arena), key) {
                if let right = weight(document[other + 1], out) { sum += left * right }
                break
            }
        }
        out.emit(sum)
    }

    private func weight(_ token: Token, _ out: FeatureWriter) -> Double? {
        if token.kind == .absent { return 1 }
        if let number = token.number { return number }
        out.counters.unparsable += 1
        return nil
    }
}
