import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// Codes in a chain of codebooks.
///
/// A product in float32 says which codes can be the nearest; among these the distances in double precision decide, so that
/// codes are those of the op.
struct ResidualQuantizeStep: Step {
    let input: Int
    /// Codes, and with candidates their codes and distances.
    let outputs: [Int]
    let books: [Codebook]
    let quantize: ResidualQuantize

    func run(_ frame: RunFrame) throws {
        for output in outputs { try frame.define(output) }
        let x = frame[input], rows = x.shape.rows, width = x.shape.inner
        let most = books.map(\.count).max() ?? 0
        try frame.withScratch(max(rows * (width + most), 1) * 4) { memory in
            let rest32 = memory.assumingMemoryBound(to: Float.self)
            let products = rest32 + rows * width
            try frame.withScratch(max(rows * width + 2 * most, 1) * 8) { memory in
                let rest = memory.assumingMemoryBound(to: Double.self)
                let distances = rest + rows * width
                for row in 0..<rows {
                    for column in 0..<width { rest[row * width + column] = Double(x.floats[row * x.stride + column]) }
                }
                let codes = frame[outputs[0]]
                for (layer, book) in books.enumerated() {
                    for row in 0..<rows {
                        let own = rest + row * width
                        if quantize.normalize { book.scale(own) }
                        for column in 0..<width { rest32[row * width + column] = Float(own[column]) }
                    }
                    try book.packed.multiply(
                        MatrixView(rest32, rows: rows, columns: width),
                        into: MutableMatrixView(products, rows: rows, columns: book.count, stride: book.count))
                    let isLast = layer == books.count - 1
                    for row in 0..<rows {
                        let own = rest + row * width, out = codes.int64s + row * codes.stride
                        if isLast, quantize.candidates > 0 {
                            book.allDistances(own, into: distances)
                            let order = nearest(distances, book.count)
                            out[layer] = Int64(order.first ?? 0)
                            writeCandidates(order, out, distances, frame, row)
                        } else {
                            out[layer] = Int64(book.nearest(own, products + row * book.count))
                        }
                        book.subtract(Int(out[layer]), from: own)
                    }
                }
            }
        }
    }

    private func nearest(_ distances: UnsafePointer<Double>, _ count: Int) -> ArraySlice<Int> {
        (0..<count).sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(quantize.candidates)
    }

    private func writeCandidates(
        _ order: ArraySlice<Int>, _ codes: UnsafePointer<Int64>, _ distances: UnsafePointer<Double>, _ frame: RunFrame,
        _ row: Int
    ) {
        let lists = frame[outputs[1]], scores = frame[outputs[2]]
        for (place, code) in order.enumerated() {
            let list = lists.int64s + row * lists.stride + place * books.count
            for layer in 0..<books.count - 1 { list[layer] = codes[layer] }
            list[books.count - 1] = Int64(code)
            scores.floats[row * scores.stride + place] = Float(distances[code])
        }
    }
}

/// One codebook: its rows as they are and packed for products.
struct Codebook: @unchecked Sendable {
    let values: UnsafePointer<Float>
    /// For cosine distance the rows have length 1.
    let packed: PackedWeights
    let count: Int
    let width: Int
    let isCosine: Bool
    /// |e|² of each row; for cosine distance |e|.
    let sizes: [Double]
    /// Of the rows that `packed` holds.
    let largest: Double

    /// The nearest row to `rest`, the first of equal ones, given the products of both.
    func nearest(_ rest: UnsafePointer<Double>, _ products: UnsafePointer<Float>) -> Int {
        var squares = 0.0
        for column in 0..<width { squares += rest[column] * rest[column] }
        let length = squares.squareRoot()
        // What rounding of a product of `width` terms, and of its factors, can amount to.
        let bound = 2 * Double(width + 8) * 0x1p-23 * largest * length
        var least = Double.infinity
        for code in 0..<count { least = min(least, screened(code, products)) }
        guard (least + bound).isFinite else { return scan(rest) { _ in true } }
        let limit = least + 4 * bound
        return scan(rest) { screened($0, products) <= limit }
    }

    /// What orders the codes, but for rounding: |e|² − 2 r·e, or −r·e.
    private func screened(_ code: Int, _ products: UnsafePointer<Float>) -> Double {
        isCosine ? -Double(products[code]) : sizes[code] - 2 * Double(products[code])
    }

    private func scan(_ rest: UnsafePointer<Double>, where isLikely: (Int) -> Bool) -> Int {
        var best = 0, least = Double.nan
        for code in 0..<count where isLikely(code) {
            let own = distance(code, rest)
            if least.isNaN || own < least { (best, least) = (code, own) }
        }
        return best
    }

    func allDistances(_ rest: UnsafePointer<Double>, into distances: UnsafeMutablePointer<Double>) {
        for code in 0..<count { distances[code] = distance(code, rest) }
    }

    /// As the op says: |r − e|², or −cos(r, e).
    private func distance(_ code: Int, _ rest: UnsafePointer<Double>) -> Double {
        let row = values + code * width
        var sum = 0.0
        guard isCosine else {
            for column in 0..<width {
                let gap = Double(row[column]) - rest[column]
                sum += gap * gap
            }
            return sum
        }
        var squares = 0.0
        for column in 0..<width { squares += rest[column] * rest[column] }
        let length = max(squares.squareRoot(), 1e-12), size = max(sizes[code], 1e-12)
        for column in 0..<width { sum += Double(row[column]) / size * (rest[column] / length) }
        return -sum
    }

    func subtract(_ code: Int, from rest: UnsafeMutablePointer<Double>) {
        for column in 0..<width { rest[column] -= Double(values[code * width + column]) }
    }

    /// Brings `rest` to length 1.
    func scale(_ rest: UnsafeMutablePointer<Double>) {
        var squares = 0.0
        for column in 0..<width { squares += rest[column] * rest[column] }
        let length = max(squares.squareRoot(), 1e-12)
        for column in 0..<width { rest[column] /= length }
    }
}
