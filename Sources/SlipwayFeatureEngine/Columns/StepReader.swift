/// The steps of one row of a sequence input, and the values of each.
struct StepReader {
    private let source: ColumnReader
    private let form: CellForm
    private let delimiter: Separator
    private var row = 0
    private var range = 0..<0
    /// Steps of a string cell.
    private let texts = TokenBuffer()

    init(_ source: ColumnReader, _ form: CellForm, delimiter: Separator) {
        self.source = source
        self.form = form
        self.delimiter = delimiter
    }

    var rows: Int { source.rows }

    /// Turns to a row and gives its number of steps; 0 when the cell is missing.
    @inline(__always)
    mutating func seek(_ row: Int) -> Int {
        self.row = row
        switch source {
        case .scalar(let leaf, _):
            texts.removeAll()
            guard let token = leaf.token(row), !token.isEmptyText else { return 0 }
            add(token)
            return texts.count
        case .list(let rows, _), .nested(let rows, _, _), .map(let rows, _, _):
            range = rows.range(row)
            return range.count
        case .produced(let column):
            if column.hasSteps { return column.stepCount(row) }
            texts.removeAll()
            for index in column.valueRange(row) { add(column.token(index)) }
            return texts.count
        }
    }

    private func add(_ token: Token) {
        if token.kind == .text {
            delimiter.split(token.bytes) { texts.append(Token(text: $0)) }
        } else {
            texts.append(token)
        }
    }

    /// Appends the values of a step of the current row; nothing for an empty step.
    @inline(__always)
    func read(_ step: Int, into out: TokenBuffer) {
        switch source {
        case .scalar: cut(texts[step], into: out)
        case .list(_, let leaf):
            if let token = leaf.token(range.lowerBound + step) { cut(token, into: out) }
        case .nested(_, let steps, let leaf):
            for index in steps.range(range.lowerBound + step) {
                guard let token = leaf.token(index) else { continue }
                if token.kind == .text { form.cutElement(token.bytes, into: out) } else { form.add(token, into: out) }
            }
        case .map(_, let keys, let values):
            guard let key = keys.token(range.lowerBound + step) else { return }
            out.append(key)
            if case .pairs = form.shape { out.append(values.token(range.lowerBound + step) ?? .absent) }
        case .produced(let column):
            if column.hasSteps { column.readStep(row, step, form, into: out) } else { cut(texts[step], into: out) }
        }
    }

    @inline(__always)
    private func cut(_ token: Token, into out: TokenBuffer) {
        if token.kind == .text { form.cut(token.bytes, into: out) } else { form.add(token, into: out) }
    }
}
