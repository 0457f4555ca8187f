import SlipwayCore
import SlipwayGraph

/// A batch cut into pieces of at most so many candidates. Candidates of one request may end up in several pieces; the request's
/// own inputs then go with each.
struct BatchPieces {
    private let graph: Graph
    private let batch: InputBatch
    private let slots: [String: Int]
    private let counts: Int?

    init(_ graph: Graph, _ batch: InputBatch) {
        self.graph = graph
        self.batch = batch
        slots = Dictionary(
            batch.slots.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        counts = slots["batch_size"].flatMap { slot in
            graph.inputs.contains { $0.name == "batch_size" } ? slot : nil
        }
    }

    /// The candidates `rows`. Throws `mismatch` where inputs are not as long as they must be.
    func piece(_ rows: Range<Int>) throws -> InputBatch {
        var piece = InputBatch(slots: batch.slots)
        piece.rowCount = rows.count
        var users = 0..<0
        if let counts {
            let (range, own) = try requests(of: rows, batch.buffers[counts].int32)
            users = range
            piece.buffers[counts].int32 = own
        }
        for input in graph.inputs where input.name != "batch_size" {
            guard let slot = slots[input.name] else { continue }
            let side = graph.type(input.value).side == .user ? users : rows
            let range = try elements(of: input.name, side)
            let width = batch.slots[slot].width, buffer = batch.buffers[slot]
            func cut<T>(_ values: [T]) throws -> [T] {
                guard range.upperBound * width <= values.count else {
                    throw SlipwayError(
                        .mismatch,
                        "input \(input.name) has \(values.count) elements, but \(range.upperBound * width) are needed")
                }
                return Array(values[range.lowerBound * width..<range.upperBound * width])
            }
            switch batch.slots[slot].element {
            case .int64: piece.buffers[slot].int64 = try cut(buffer.int64)
            case .int32: piece.buffers[slot].int32 = try cut(buffer.int32)
            case .float: piece.buffers[slot].float = try cut(buffer.float)
            }
        }
        return piece
    }

    /// The requests that `rows` are candidates of, and how many of each.
    private func requests(of rows: Range<Int>, _ counts: [Int32]) throws -> (Range<Int>, [Int32]) {
        var first: Int?, last = 0, start = 0
        var own: [Int32] = []
        for (user, count) in counts.enumerated() {
            guard count >= 0 else { throw SlipwayError(.mismatch, "batch_size of request \(user) is \(count)") }
            let candidates = (start..<start + Int(count)).clamped(to: rows)
            if !candidates.isEmpty {
                let from = first ?? user
                first = from
                // Requests without candidates between two that have some.
                own += [Int32](repeating: 0, count: user - from - own.count) + [Int32(candidates.count)]
                last = user + 1
            }
            start += Int(count)
        }
        guard start == batch.rowCount else {
            throw SlipwayError(.mismatch, "batch_size adds up to \(start), but the batch has \(batch.rowCount) rows")
        }
        return ((first ?? 0)..<max(last, first ?? 0), own)
    }

    /// The elements of an input that belong to `rows` of its side.
    private func elements(of name: String, _ rows: Range<Int>) throws -> Range<Int> {
        guard let dot = name.lastIndex(of: ".") else { return rows }
        let feature = name[..<dot], kind = name[dot...]
        guard kind != ".lengths", let lengths = slots["\(feature).lengths"] else { return rows }
        var range = try Self.sum(batch.buffers[lengths].int32, rows, name)
        if kind != ".key_lengths", let keys = slots["\(feature).key_lengths"] {
            range = try Self.sum(batch.buffers[keys].int32, range, name)
        }
        return range
    }

    private static func sum(_ lengths: [Int32], _ rows: Range<Int>, _ name: String) throws -> Range<Int> {
        guard rows.upperBound <= lengths.count else {
            throw SlipwayError(.mismatch, "input \(name): \(lengths.count) lengths for \(rows.upperBound) rows")
        }
        let start = lengths[..<rows.lowerBound].reduce(0) { $0 + Int($1) }
        let end = lengths[rows].reduce(start) { $0 + Int($1) }
        guard start >= 0, end >= start else { throw SlipwayError(.mismatch, "input \(name): a length is negative") }
        return start..<end
    }
}

extension PredictorOutputs {
    /// Adds the rows of another run behind these.
    mutating func append(_ other: PredictorOutputs) {
        for (index, output) in other.outputs.enumerated() {
            outputs[index].shape[0] += output.shape[0]
            outputs[index].floats += output.floats
            outputs[index].ints += output.ints
        }
        mappedIDs.merge(other.mappedIDs, uniquingKeysWith: +)
    }
}
