import SlipwayCore

extension EncodedFeature {
    private static let sequenceDenseTypes = "string, a list of numbers or text, a list of such lists"

    func readSequenceDense(_ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput) throws {
        output.lengths.reserveCapacity(output.lengths.count + rows)
        switch column.type {
        case .string: try readSequenceText(column, rows, width, &output)
        case .list(.list(let element)) where element == .string || Self.isNumber(element):
            try readSequenceOfLists(column, rows, width, &output)
        case .list(let element) where element == .string || Self.isNumber(element):
            try readSequenceList(column, rows, width, &output)
        default: throw wrongType(column, allowed: Self.sequenceDenseTypes)
        }
    }

    /// A row without steps: one step holding the default, or none.
    private func appendDefault(_ row: Int, _ width: Int, _ output: inout EncodedOutput) throws {
        try checkGenerated(row)
        if let defaultFloats, defaultFloats.count != width { throw wrongDefault(row, defaultFloats.count, width) }
        output.floats.append(contentsOf: defaultFloats ?? [])
        output.lengths.append(defaultFloats == nil ? 0 : 1)
    }

    private func readSequenceText(
        _ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput
    ) throws {
        for row in 0..<rows {
            let cell = column.bytes(row)
            if cell.isEmpty {
                try appendDefault(row, width, &output)
                continue
            }
            var count: Int32 = 0
            try steps.forEach(cell) { step in
                count &+= 1
                let start = output.floats.count
                try values.forEach(step) { piece in
                    guard let value = TextNumber.float(piece) else { throw notANumber(row, piece, "a number") }
                    output.floats.append(value)
                }
                let found = output.floats.count - start
                if found != width { throw wrongWidth(row, found: found, expected: width) }
            }
            output.lengths.append(count)
        }
    }

    private func readSequenceOfLists(
        _ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput
    ) throws {
        let inner = column.children[0]
        for row in 0..<rows {
            let range = column.range(row)
            if range.isEmpty {
                try appendDefault(row, width, &output)
                continue
            }
            for step in range {
                let elements = inner.range(step)
                if elements.count != width { throw wrongWidth(row, found: elements.count, expected: width) }
                try appendFloats(inner.children[0], elements, parent: inner, row: row, to: &output.floats)
            }
            output.lengths.append(Int32(truncatingIfNeeded: range.count))
        }
    }

    /// A flat list has one value a step, so it only fits a width of 1.
    private func readSequenceList(
        _ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput
    ) throws {
        let child = column.children[0]
        var run = RangeRun()
        for row in 0..<rows {
            let range = column.range(row)
            if range.isEmpty {
                if let done = run.take() { try appendFloats(child, done, parent: column, to: &output.floats) }
                try appendDefault(row, width, &output)
                continue
            }
            if width != 1 { throw wrongWidth(row, found: 1, expected: width) }
            if let done = run.add(range) { try appendFloats(child, done, parent: column, to: &output.floats) }
            output.lengths.append(Int32(truncatingIfNeeded: range.count))
        }
        if let done = run.take() { try appendFloats(child, done, parent: column, to: &output.floats) }
    }
}
