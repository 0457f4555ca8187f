import SlipwayCore

extension EncodedFeature {
    private static let denseTypes = "string, int32, int64, float, double, a list of numbers or text"

    func readDense(_ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput) throws {
        output.floats.reserveCapacity(min(rows * width, 1 << 20))  // width is the config's word only
        switch column.type {
        case .string: try readDenseText(column, rows, width, &output)
        case .float: try readDenseNumbers(column, rows, width, Float.self, &output) { $0 }
        case .double: try readDenseNumbers(column, rows, width, Double.self, &output) { Float($0) }
        case .int64: try readDenseNumbers(column, rows, width, Int64.self, &output) { Float($0) }
        case .int32: try readDenseNumbers(column, rows, width, Int32.self, &output) { Float($0) }
        case .list(let element) where element == .string || Self.isNumber(element):
            try readDenseList(column, rows, width, &output)
        default: throw wrongType(column, allowed: Self.denseTypes)
        }
    }

    private func appendDefault(_ row: Int, _ width: Int, _ output: inout EncodedOutput) throws {
        guard let defaultFloats else { throw missing(row) }
        if defaultFloats.count != width { throw wrongDefault(row, defaultFloats.count, width) }
        output.floats.append(contentsOf: defaultFloats)
    }

    @inline(__always)
    private func readDenseNumbers<T: BitwiseCopyable>(
        _ column: Column, _ rows: Int, _ width: Int, _: T.Type, _ output: inout EncodedOutput, _ convert: (T) -> Float
    ) throws {
        guard width == 1 || rows == 0 else { throw wrongWidth(0, found: 1, expected: width) }
        let elements = UnsafeBufferPointer(rebasing: column.elements(as: T.self).prefix(rows))
        guard column.nullCount > 0 else {
            if let same = elements as? UnsafeBufferPointer<Float> {
                output.floats.append(contentsOf: same)
            } else {
                for value in elements { output.floats.append(convert(value)) }
            }
            return
        }
        for row in 0..<rows {
            if !column.isNull(row) {
                output.floats.append(convert(elements[row]))
            } else if let first = defaultFloats?.first {
                output.floats.append(first)
            } else {
                throw missing(row)
            }
        }
    }

    private func readDenseText(_ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput) throws {
        for row in 0..<rows {
            let cell = column.bytes(row)
            if cell.isEmpty {
                try appendDefault(row, width, &output)
                continue
            }
            let start = output.floats.count
            try values.forEach(cell) { piece in
                guard let value = TextNumber.float(piece) else { throw notANumber(row, piece, "a number") }
                output.floats.append(value)
            }
            let found = output.floats.count - start
            if found != width { throw wrongWidth(row, found: found, expected: width) }
        }
    }

    private func readDenseList(_ column: Column, _ rows: Int, _ width: Int, _ output: inout EncodedOutput) throws {
        let child = column.children[0]
        var run = RangeRun()
        for row in 0..<rows {
            let range = column.range(row)
            if range.isEmpty {
                if let done = run.take() {
                    try appendFloats(child, done, parent: column, nullIsNaN: true, to: &output.floats)
                }
                try appendDefault(row, width, &output)
                continue
            }
            if range.count != width { throw wrongWidth(row, found: range.count, expected: width) }
            if let done = run.add(range) {
                try appendFloats(child, done, parent: column, nullIsNaN: true, to: &output.floats)
            }
        }
        if let done = run.take() {
            try appendFloats(child, done, parent: column, nullIsNaN: true, to: &output.floats)
        }
    }
}
