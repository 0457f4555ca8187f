/// A feature's output as another feature's input.
final class ProducedColumn {
    private let output: FeatureOutput
    /// Width of a dense row; 0 when rows have lengths.
    private let width: Int
    /// One value a row or step, whose text the reader may cut further.
    private let isScalar: Bool
    let hasSteps: Bool
    private(set) var rows = 0
    /// Where rows begin: in steps with steps, else in values.
    private var rowStarts: [Int] = [0]
    /// Where steps begin, in values.
    private var stepStarts: [Int] = [0]

    init(_ output: FeatureOutput, width: Int, isScalar: Bool, hasSteps: Bool) {
        self.output = output
        self.width = width
        self.isScalar = isScalar
        self.hasSteps = hasSteps
    }

    /// Reads the lengths of an output that is complete.
    func refresh() {
        rows = width > 0 && !hasSteps ? output.floats.count / width : output.lengths.count
        Self.sum(output.lengths, into: &rowStarts)
        if hasSteps { Self.sum(output.keyLengths, into: &stepStarts) }
    }

    private static func sum(_ lengths: [Int32], into starts: inout [Int]) {
        starts.removeAll(keepingCapacity: true)
        starts.append(0)
        var total = 0
        for length in lengths {
            total += Int(length)
            starts.append(total)
        }
    }

    func token(_ index: Int) -> Token {
        switch output.kind {
        case .ids: return Token(output.ids[index])
        case .floats: return Token(output.floats[index])
        case .texts: return output.texts[index]
        }
    }

    func stepCount(_ row: Int) -> Int { rowStarts[row + 1] - rowStarts[row] }

    /// The values of a step, counted over all rows.
    private func values(ofStep step: Int) -> Range<Int> {
        width > 0 ? step * width..<(step + 1) * width : stepStarts[step]..<stepStarts[step + 1]
    }

    /// The values of a row, steps flattened.
    func valueRange(_ row: Int) -> Range<Int> {
        if hasSteps {
            let steps = rowStarts[row]..<rowStarts[row + 1]
            guard let last = steps.last else { return 0..<0 }
            return values(ofStep: steps.lowerBound).lowerBound..<values(ofStep: last).upperBound
        }
        return width > 0 ? row * width..<(row + 1) * width : rowStarts[row]..<rowStarts[row + 1]
    }

    func read(_ row: Int, _ form: CellForm, into out: TokenBuffer) {
        read(valueRange(row), form, into: out)
    }

    func readStep(_ row: Int, _ step: Int, _ form: CellForm, into out: TokenBuffer) {
        read(values(ofStep: rowStarts[row] + step), form, into: out)
    }

    private func read(_ range: Range<Int>, _ form: CellForm, into out: TokenBuffer) {
        for index in range {
            let token = token(index)
            guard token.kind == .text else {
                form.add(token, into: out)
                continue
            }
            if isScalar { form.cut(token.bytes, into: out) } else { form.cutElement(token.bytes, into: out) }
        }
    }
}
