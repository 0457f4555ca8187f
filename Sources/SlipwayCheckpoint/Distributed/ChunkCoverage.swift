import SlipwayCore

/// Checks that the pieces of a tensor cover it once.
enum ChunkCoverage {
    /// Comparisons for one tensor; real shards need a few thousand at most.
    private static let maxComparisons = 1 << 20

    /// Throws `corrupt` naming the pieces that overlap, are missing, or lie outside `shape`.
    static func check(_ chunks: [StoredChunk], shape: [Int], dtype: DType) throws {
        var covered = 0
        var solid: [StoredChunk] = []
        for chunk in chunks {
            guard let elements = TensorInfo.elements(chunk.sizes), isInside(chunk, shape) else {
                throw SlipwayError(.corrupt, "its chunk \(text(chunk)) is not inside its shape \(shape)")
            }
            guard let bytes = TensorInfo.bytes(chunk.sizes, dtype), bytes <= chunk.bytes.count else {
                throw SlipwayError(
                    .corrupt,
                    "its chunk \(text(chunk)) does not fit into the \(chunk.bytes.count) bytes \(chunk.file) has for it"
                )
            }
            let (sum, overflow) = covered.addingReportingOverflow(elements)
            guard !overflow else { throw SlipwayError(.corrupt, "its chunks have more elements than can be counted") }
            covered = sum
            if elements > 0 { solid.append(chunk) }
        }
        try checkOverlap(solid)
        let whole = TensorInfo.elements(shape) ?? .max
        guard covered == whole else {
            throw SlipwayError(
                .corrupt, "its chunks hold \(covered) of \(whole) elements: \(gap(solid, shape))",
                fix: "copy the files of every rank into the checkpoint's folder, and its .metadata")
        }
    }

    private static func isInside(_ chunk: StoredChunk, _ shape: [Int]) -> Bool {
        guard chunk.offsets.count == shape.count, chunk.sizes.count == shape.count else { return false }
        for (dimension, size) in shape.enumerated() {
            let (end, overflow) = chunk.offsets[dimension].addingReportingOverflow(chunk.sizes[dimension])
            guard !overflow, end <= size else { return false }
        }
        return true
    }

    /// Sorted by first row, a piece can only overlap those that begin before it ends.
    private static func checkOverlap(_ chunks: [StoredChunk]) throws {
        let sorted = chunks.sorted { $0.rows.lowerBound < $1.rows.lowerBound }
        var comparisons = 0
        for (position, chunk) in sorted.enumerated() {
            for other in sorted[(position + 1)...] {
                guard other.rows.lowerBound < chunk.rows.upperBound else { break }
                comparisons += 1
                guard comparisons <= maxComparisons else {
                    throw SlipwayError(.unsupported, "it has too many chunks (\(chunks.count)) side by side")
                }
                guard isApart(chunk, other) else {
                    throw SlipwayError(.corrupt, "its chunks \(text(chunk)) and \(text(other)) overlap")
                }
            }
        }
    }

    /// True when the two share no element.
    private static func isApart(_ one: StoredChunk, _ other: StoredChunk) -> Bool {
        // The last dimension first: side by side is the common case here.
        var dimension = one.offsets.count - 1
        while dimension >= 0 {
            if one.offsets[dimension] + one.sizes[dimension] <= other.offsets[dimension] { return true }
            if other.offsets[dimension] + other.sizes[dimension] <= one.offsets[dimension] { return true }
            dimension -= 1
        }
        return false
    }

    /// The first rows that no piece touches, or a remark that columns are missing.
    private static func gap(_ chunks: [StoredChunk], _ shape: [Int]) -> String {
        var next = 0
        for chunk in chunks.sorted(by: { $0.rows.lowerBound < $1.rows.lowerBound }) {
            if chunk.rows.lowerBound > next { return "rows \(next)..<\(chunk.rows.lowerBound) are missing" }
            next = max(next, chunk.rows.upperBound)
        }
        let rows = shape.first ?? 1
        return next < rows ? "rows \(next)..<\(rows) are missing" : "part of its columns is missing"
    }

    private static func text(_ chunk: StoredChunk) -> String {
        "at \(chunk.offsets) of size \(chunk.sizes)"
    }
}
