import SlipwayCore

extension EncodedFeature {
    private static let sequenceTypes = "string, a list of numbers or text, a list of such lists"

    func readSequenceSparse(
        _ column: Column, _ rows: Int, _ stepWidth: Int, _ output: inout EncodedOutput
    ) throws {
        output.lengths.reserveCapacity(output.lengths.count + rows)
        switch column.type {
        case .string: try readSequenceText(column, rows, stepWidth, &output)
        case .list(.list(let element)) where element == .string || Self.isNumber(element):
            try readSequenceOfLists(column, rows, stepWidth, &output)
        case .list(let element) where element == .string || Self.isNumber(element):
            try readSequenceList(column, rows, &output)
        default: throw wrongType(column, allowed: Self.sequenceTypes)
        }
    }

    /// A row without steps: one step holding the default, or none. In a flat list each default id is a step.
    private func appendDefault(_ row: Int, isFlat: Bool, _ output: inout EncodedOutput) throws {
        try checkGenerated(row)
        guard let defaultIDs else {
            output.lengths.append(0)
            return
        }
        output.ids.append(contentsOf: defaultIDs)
        output.lengths.append(isFlat ? Int32(defaultIDs.count) : 1)
        guard output.wantsKeyLengths else { return }
        if isFlat {
            output.keyLengths.append(contentsOf: repeatElement(1, count: defaultIDs.count))
        } else {
            output.keyLengths.append(Int32(defaultIDs.count))
        }
    }

    private func endStep(_ row: Int, _ count: Int, _ stepWidth: Int, _ output: inout EncodedOutput) throws {
        if stepWidth == 1, count != 1 {
            throw badCell(
                row, "a step holds \(count) values, value_dim is 1",
                fix: "set value_dim: 0 in feature \(name) to allow several, or mend the column")
        }
        if output.wantsKeyLengths { output.keyLengths.append(Int32(truncatingIfNeeded: count)) }
    }

    private func readSequenceText(
        _ column: Column, _ rows: Int, _ stepWidth: Int, _ output: inout EncodedOutput
    ) throws {
        for row in 0..<rows {
            let cell = column.bytes(row)
            if cell.isEmpty {
                try appendDefault(row, isFlat: false, &output)
                continue
            }
            var count: Int32 = 0
            try steps.forEach(cell) { step in
                count &+= 1
                let start = output.ids.count
                try values.forEach(step) { piece in
                    guard let id = TextNumber.int64(piece) else { throw notANumber(row, piece, "a whole number") }
                    output.ids.append(id)
                }
                try endStep(row, output.ids.count - start, stepWidth, &output)
            }
            output.lengths.append(count)
        }
    }

    private func readSequenceOfLists(
        _ column: Column, _ rows: Int, _ stepWidth: Int, _ output: inout EncodedOutput
    ) throws {
        let inner = column.children[0]
        for row in 0..<rows {
            let range = column.range(row)
            if range.isEmpty {
                try appendDefault(row, isFlat: false, &output)
                continue
            }
            for step in range {
                let elements = inner.range(step)
                do {
                    try appendIDs(inner.children[0], elements, parent: inner, to: &output.ids)
                    try endStep(row, elements.count, stepWidth, &output)
                } catch let error as SlipwayError {
                    throw error.adding("counting from the whole column, step \(step) of row \(row)")
                }
            }
            output.lengths.append(Int32(truncatingIfNeeded: range.count))
        }
    }

    private func readSequenceList(_ column: Column, _ rows: Int, _ output: inout EncodedOutput) throws {
        let child = column.children[0]
        let start = output.ids.count
        var run = RangeRun()
        for row in 0..<rows {
            let range = column.range(row)
            if range.isEmpty {
                if let done = run.take() { try appendIDs(child, done, parent: column, to: &output.ids) }
                let steps = output.keyLengths.count
                try appendDefault(row, isFlat: true, &output)
                output.keyLengths.removeLast(output.keyLengths.count - steps)
            } else {
                if let done = run.add(range) { try appendIDs(child, done, parent: column, to: &output.ids) }
                output.lengths.append(Int32(truncatingIfNeeded: range.count))
            }
        }
        if let done = run.take() { try appendIDs(child, done, parent: column, to: &output.ids) }
        if output.wantsKeyLengths {
            output.keyLengths.append(contentsOf: repeatElement(1, count: output.ids.count - start))
        }
    }
}
