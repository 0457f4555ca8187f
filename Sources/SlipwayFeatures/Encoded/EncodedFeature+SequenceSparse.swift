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

    /// A row without steps: one step holding the default, or none.
    private func appendDefault(_ row: Int, _ stepWidth: Int, _ output: inout EncodedOutput) throws {
        try checkGenerated(row)
        guard let defaultIDs else {
            output.lengths.append(0)
            return
        }
        output.ids.append(contentsOf: defaultIDs)
        output.lengths.append(1)
        try endStep(row, defaultIDs.count, stepWidth, &output)
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
                try appendDefault(row, stepWidth, &output)
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
                try appendDefault(row, stepWidth, &output)
                continue
            }
            for step in range {
                let elements = inner.range(step)
                try appendIDs(inner.children[0], elements, parent: inner, row: row, to: &output.ids)
                try endStep(row, elements.count, stepWidth, &output)
            }
            output.lengths.append(Int32(truncatingIfNeeded: range.count))
        }
    }

    /// One value a step. Every id of the default is a step of its own here.
    private func readSequenceList(_ column: Column, _ rows: Int, _ output: inout EncodedOutput) throws {
        let child = column.children[0]
        let start = output.ids.count
        var run = RangeRun()
        for row in 0..<rows {
            let range = column.range(row)
            if range.isEmpty {
                if let done = run.take() { try appendIDs(child, done, parent: column, to: &output.ids) }
                try checkGenerated(row)
                output.ids.append(contentsOf: defaultIDs ?? [])
                output.lengths.append(Int32(truncatingIfNeeded: defaultIDs?.count ?? 0))
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
