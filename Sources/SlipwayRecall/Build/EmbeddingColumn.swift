package import SlipwayCore
import SlipwayData

/// Reads ids and vectors out of the columns that predict wrote.
package struct EmbeddingColumn {
    package let name: String
    /// Vectors of one row.
    package let interests: Int
    /// Width of a vector; nil until one was read.
    package private(set) var width: Int?

    /// - Parameter interests: vectors of one row: a list of lists, or text with `;` between vectors.
    package init(_ name: String, interests: Int = 1) {
        self.name = name
        self.interests = interests
    }

    /// Appends the vectors of every row: lists of numbers, or text like `0.5,1` or `[0.5,1]`.
    ///
    /// - Parameter firstRow: number of the batch's row 0, for errors.
    /// - Throws: `mismatch` naming the row for absent vectors, other widths and values that are no finite numbers.
    package mutating func append(_ column: Column, firstRow: Int, to values: inout [Float]) throws {
        switch column.type {
        case .string:
            for row in 0..<column.count {
                guard !column.isNull(row) else { throw absent(firstRow + row) }
                try append(text: String(decoding: column.bytes(row), as: UTF8.self), row: firstRow + row, &values)
            }
        case .list(.list):
            let inner = column.children[0]
            let numbers = try Self.numbers(inner.children[0], name)
            for row in 0..<column.count {
                guard !column.isNull(row) else { throw absent(firstRow + row) }
                let vectors = column.range(row)
                try check(interests: vectors.count, firstRow + row)
                for vector in vectors { try append(numbers[inner.range(vector)], firstRow + row, &values) }
            }
        case .list:
            let numbers = try Self.numbers(column.children[0], name)
            for row in 0..<column.count {
                guard !column.isNull(row) else { throw absent(firstRow + row) }
                let all = numbers[column.range(row)]
                guard interests > 1 else {
                    try append(all, firstRow + row, &values)
                    continue
                }
                guard all.count.isMultiple(of: interests), !all.isEmpty else {
                    throw wrong(firstRow + row, "has \(all.count) numbers, which are not \(interests) vectors")
                }
                let width = all.count / interests
                for start in stride(from: all.startIndex, to: all.endIndex, by: width) {
                    try append(all[start..<start + width], firstRow + row, &values)
                }
            }
        default:
            throw SlipwayError(
                .mismatch, "column \(name) is of type \(column.type)",
                fix: "name a column of lists of numbers, or of text")
        }
    }

    private mutating func append(text: String, row: Int, _ values: inout [Float]) throws {
        let vectors = interests > 1 ? text.split(separator: ";", omittingEmptySubsequences: false) : [Substring(text)]
        try check(interests: vectors.count, row)
        for vector in vectors {
            let words = vector.filter { $0 != "[" && $0 != "]" }.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = try words.map { word -> Float? in
                let trimmed = word.filter { $0 != " " }
                guard let number = Float(trimmed) else {
                    throw wrong(row, "holds \"\(word.prefix(40))\", which is no number")
                }
                return number
            }
            try append(numbers[...], row, &values)
        }
    }

    private mutating func append(_ vector: ArraySlice<Float?>, _ row: Int, _ values: inout [Float]) throws {
        if width == nil, !vector.isEmpty { width = vector.count }
        guard vector.count == width else {
            throw wrong(row, "has \(vector.count) numbers, the rows before it \(width.map { "\($0)" } ?? "none")")
        }
        for number in vector {
            guard let number, number.isFinite else {
                throw wrong(row, number.map { "holds \($0)" } ?? "holds an absent number")
            }
            values.append(number)
        }
    }

    private func check(interests found: Int, _ row: Int) throws {
        guard found == interests else {
            throw SlipwayError(
                .mismatch, "row \(row) of column \(name) has \(found) vectors, not \(interests)",
                fix: "pass --num_interests \(found) where all rows have so many")
        }
    }

    private func wrong(_ row: Int, _ what: String) -> SlipwayError {
        SlipwayError(.mismatch, "row \(row) of column \(name) \(what)", fix: "every row needs one whole embedding")
    }

    private func absent(_ row: Int) -> SlipwayError { wrong(row, "has no embedding") }

    private static func numbers(_ column: Column, _ name: String) throws -> [Float?] {
        guard let numbers = column.doubles() else {
            throw SlipwayError(
                .mismatch, "column \(name) holds lists of \(column.type)", fix: "name a column of lists of numbers")
        }
        return numbers.map { $0.map(Float.init) }
    }
}
