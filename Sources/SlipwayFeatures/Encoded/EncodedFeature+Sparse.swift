import SlipwayCore

extension EncodedFeature {
    private static let sparseTypes = "string, int32, int64, a list of numbers or text, a map from ids to numbers"
    private static let weightedTypes = "string and list<string> of id:weight, a map from ids to weights"

    func readSparse(_ column: Column, _ rows: Int, _ weighted: Bool, _ output: inout EncodedOutput) throws {
        output.lengths.reserveCapacity(output.lengths.count + rows)
        switch column.type {
        case .string: try readSparseText(column, rows, weighted, &output)
        case .int64 where !weighted: try readSparseIntegers(column, rows, Int64.self, &output)
        case .int32 where !weighted: try readSparseIntegers(column, rows, Int32.self, &output)
        case .list(.string) where weighted: try readWeightedList(column, rows, &output)
        case .list(let element) where !weighted && (element == .string || Self.isNumber(element)):
            try readSparseList(column, rows, emptyIsNull: true, &output)
        case .map(let key, let value)
        where (key == .string || Self.isNumber(key)) && (value == .string || Self.isNumber(value)):
            try readSparseList(column, rows, emptyIsNull: false, &output)
        default: throw wrongType(column, allowed: weighted ? Self.weightedTypes : Self.sparseTypes)
        }
    }

    /// A row without values: the default's ids at weight 1, or nothing.
    private func appendDefault(_ row: Int, _ output: inout EncodedOutput) throws {
        try checkGenerated(row)
        let ids = defaultIDs ?? []
        output.ids.append(contentsOf: ids)
        output.lengths.append(Int32(ids.count))
        if output.wantsWeights { output.weights.append(contentsOf: repeatElement(1, count: ids.count)) }
    }

    private func readSparseIntegers<T: FixedWidthInteger & BitwiseCopyable>(
        _ column: Column, _ rows: Int, _: T.Type, _ output: inout EncodedOutput
    ) throws {
        let elements = UnsafeBufferPointer(rebasing: column.elements(as: T.self).prefix(rows))
        guard column.nullCount > 0 else {
            if let same = elements as? UnsafeBufferPointer<Int64> {
                output.ids.append(contentsOf: same)
            } else {
                output.ids.reserveCapacity(output.ids.count + rows)
                for value in elements { output.ids.append(Int64(truncatingIfNeeded: value)) }
            }
            output.lengths.append(contentsOf: repeatElement(1, count: rows))
            return
        }
        for row in 0..<rows {
            if !column.isNull(row) {
                output.ids.append(Int64(truncatingIfNeeded: elements[row]))
                output.lengths.append(1)
            } else {
                try checkGenerated(row)
                // An integer cell holds one value, so only the default's first id applies.
                if let id = defaultIDs?.first { output.ids.append(id) }
                output.lengths.append(defaultIDs == nil ? 0 : 1)
            }
        }
    }

    private func readSparseText(
        _ column: Column, _ rows: Int, _ weighted: Bool, _ output: inout EncodedOutput
    ) throws {
        for row in 0..<rows {
            let cell = column.bytes(row)
            if cell.isEmpty {
                try appendDefault(row, &output)
                continue
            }
            let start = output.ids.count
            try values.forEach(cell) { piece in
                if weighted {
                    try appendPair(piece, row, &output)
                } else if let id = TextNumber.int64(piece) {
                    output.ids.append(id)
                } else {
                    throw notANumber(row, piece, "a whole number")
                }
            }
            output.lengths.append(Int32(truncatingIfNeeded: output.ids.count - start))
        }
    }

    /// Appends one `id:weight`.
    private func appendPair(_ piece: UnsafeBufferPointer<UInt8>, _ row: Int, _ output: inout EncodedOutput) throws {
        guard let colon = piece.firstIndex(of: 0x3a),
            let id = TextNumber.int64(UnsafeBufferPointer(rebasing: piece[..<colon])),
            let weight = TextNumber.float(UnsafeBufferPointer(rebasing: piece[(colon + 1)...]))
        else {
            throw notANumber(row, piece, "id:weight")
        }
        output.ids.append(id)
        if output.wantsWeights { output.weights.append(weight) }
    }

    private func readWeightedList(_ column: Column, _ rows: Int, _ output: inout EncodedOutput) throws {
        let child = column.children[0]
        for row in 0..<rows {
            let range = column.range(row)
            if column.isNull(row) || (range.isEmpty && defaultIDs != nil) {
                try appendDefault(row, &output)
                continue
            }
            for index in range {
                if child.isNull(index) { throw nullElement(row) }
                try appendPair(child.bytes(index), row, &output)
            }
            output.lengths.append(Int32(truncatingIfNeeded: range.count))
        }
    }

    /// Lists, and maps with their values as weights. An empty map is an empty row, an empty list a missing one.
    private func readSparseList(
        _ column: Column, _ rows: Int, emptyIsNull: Bool, _ output: inout EncodedOutput
    ) throws {
        var run = RangeRun()
        for row in 0..<rows {
            let range = column.range(row)
            if column.isNull(row) || (range.isEmpty && emptyIsNull && defaultIDs != nil) {
                try flush(run.take(), column, &output)
                try appendDefault(row, &output)
            } else {
                try flush(run.add(range), column, &output)
                output.lengths.append(Int32(truncatingIfNeeded: range.count))
            }
        }
        try flush(run.take(), column, &output)
    }

    private func flush(_ range: Range<Int>?, _ column: Column, _ output: inout EncodedOutput) throws {
        guard let range else { return }
        try appendIDs(column.children[0], range, parent: column, to: &output.ids)
        guard output.wantsWeights, column.children.count > 1 else { return }
        try appendFloats(column.children[1], range, parent: column, to: &output.weights)
    }
}
