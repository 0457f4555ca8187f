import CSlipwayText
import Foundation

/// Runs of rows with one plain value each, taken without going row by row through an operator.
extension FeatureWriter {
    /// Values that are worked out before they are appended.
    private static let runLength = 256

    /// Takes rows from the front of `rows` up to the first that is missing, holds several values, or is anything but a plain
    /// value, and returns how many it took. Lengths are written too.
    func take(_ leaf: ColumnLeaf, rows: Range<Int>, separator: Separator) -> Int {
        guard plan.width <= 1, !plan.isWeighted, separator.isSingleByte else { return 0 }
        var done = 0
        while done < rows.count {
            let start = rows.lowerBound + done
            let end = min(rows.upperBound, start + Self.runLength)
            let taken = takeRun(leaf, start..<end, separator.first)
            done += taken
            if taken < end - start { break }
        }
        counters.rows += done
        return done
    }

    private func takeRun(_ leaf: ColumnLeaf, _ rows: Range<Int>, _ separator: UInt8) -> Int {
        if case .dense = plan.target {
            return withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count) { space in
                let count = Self.numbers(leaf, rows, plan.normalizer) { space[$0] = Float($1) }
                output.floats.append(contentsOf: UnsafeBufferPointer(rebasing: space[..<count]))
                return count
            }
        }
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: rows.count) { space in
            let count = ids(leaf, rows, separator, space)
            output.ids.append(contentsOf: UnsafeBufferPointer(rebasing: space[..<count]))
            for _ in 0..<count { output.lengths.append(1) }
            return count
        }
    }

    private func ids(
        _ leaf: ColumnLeaf, _ rows: Range<Int>, _ separator: UInt8, _ out: UnsafeMutableBufferPointer<Int64>
    ) -> Int {
        switch plan.target {
        case .hash(let buckets):
            if leaf.element == .string { return Self.hash(leaf, rows, separator, buckets, out) }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
                guard let space = digits.baseAddress else { return 0 }
                return Self.integers(leaf, rows) { place, value in
                    let count = slipway_write_int64(value, space)
                    out[place] = buckets.id(UnsafeBufferPointer(start: space, count: count))
                    return true
                }
            }
        case .numbers(let bound):
            return Self.integers(leaf, rows) { place, value in
                out[place] = value
                return value >= 0 && value < bound
            }
        case .words(let vocabulary, _):
            guard leaf.element == .string else { return 0 }
            for (place, row) in rows.enumerated() {
                let text = leaf.bytes(row)
                guard !leaf.isNull(row), let base = text.baseAddress, !text.isEmpty,
                    memchr(base, Int32(separator), text.count) == nil, let id = vocabulary.id(text)
                else { return place }
                out[place] = id
            }
            return rows.count
        case .boundaries(let boundaries):
            return Self.numbers(leaf, rows, plan.normalizer) { out[$0] = Boundaries.bucket(Float($1), boundaries) }
        case .dense, .ready, .texts: return 0
        }
    }

    private static func hash(
        _ leaf: ColumnLeaf, _ rows: Range<Int>, _ separator: UInt8, _ buckets: HashBuckets,
        _ out: UnsafeMutableBufferPointer<Int64>
    ) -> Int {
        guard let offsets = leaf.offsets, let values = leaf.values else { return 0 }
        return withUnsafePointer(to: buckets.divisor) { divisor in
            slipway_hash_column(
                buckets.function.code, values.assumingMemoryBound(to: UInt8.self), offsets, leaf.validity, separator,
                divisor, rows.lowerBound, rows.upperBound, out.baseAddress)
        }
    }

    /// Calls `body` with place and value of whole numbers, until a row has none or `body` refuses it; returns how many it took.
    @inline(__always)
    private static func integers(_ leaf: ColumnLeaf, _ rows: Range<Int>, _ body: (Int, Int64) -> Bool) -> Int {
        guard leaf.element == .int64 || leaf.element == .int32, let values = leaf.values else { return 0 }
        let isWide = leaf.element == .int64
        for (place, row) in rows.enumerated() {
            let value =
                isWide
                ? values.assumingMemoryBound(to: Int64.self)[row]
                : Int64(values.assumingMemoryBound(to: Int32.self)[row])
            guard !leaf.isNull(row), body(place, value) else { return place }
        }
        return rows.count
    }

    /// Calls `body` with place and value of numbers, until a row has none; returns how many there were.
    @inline(__always)
    private static func numbers(
        _ leaf: ColumnLeaf, _ rows: Range<Int>, _ normalizer: Normalizer?, _ body: (Int, Double) -> Void
    ) -> Int {
        for (place, row) in rows.enumerated() {
            guard let token = leaf.token(row), var number = token.number else { return place }
            if let normalizer { number = normalizer.apply(number) }
            guard !number.isNaN else { return place }
            body(place, number)
        }
        return rows.count
    }
}
