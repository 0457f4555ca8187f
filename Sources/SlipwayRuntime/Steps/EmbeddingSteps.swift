import SlipwayCore
import SlipwayKernels

/// What lookups of one feature share: the table, and what happens to bad ids.
struct FeatureLookup: Sendable {
    let feature: String
    let table: EmbeddingTableView
    let badIDs: EmbeddingTableView.BadIDs
    /// Where mapped ids are counted.
    let counter: Int

    /// Names the first bad id of a lookup that was refused, with its row where `lengths` are known.
    func refusal(_ ids: UnsafeBufferPointer<Int64>, _ lengths: UnsafeBufferPointer<Int32>?) -> SlipwayError? {
        guard let position = ids.firstIndex(where: { $0 < 0 || $0 >= Int64(table.rowCount) }) else { return nil }
        var place = "position \(position)"
        if let lengths {
            var start = 0
            for (row, length) in lengths.enumerated() {
                if position < start + Int(length) {
                    place = "row \(row), position \(position - start) in it"
                    break
                }
                start += Int(length)
            }
        }
        return SlipwayError(
            .outOfRange,
            "\(feature): id \(ids[position]) at \(place) is outside 0..<\(table.rowCount), the rows of its table",
            fix: "check the column against the feature's num_buckets, vocabulary or hash_bucket_size; "
                + "quantized tables map such ids to row 0")
    }
}

/// Pooled lookup of one feature.
struct EmbeddingBagStep: Step {
    let lookup: FeatureLookup
    let ids: Int
    let lengths: Int
    let weights: Int?
    let output: Int
    let pooling: EmbeddingTableView.Pooling

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let ids = frame.int64s(ids), lengths = frame.int32s(lengths)
        do {
            frame.mapped[lookup.counter] += try lookup.table.pool(
                ids: ids, lengths: lengths, weights: weights.map { UnsafePointer(frame[$0].floats) }, pooling: pooling,
                badIDs: lookup.badIDs, out: frame[output].mutableMatrix)
        } catch let error as SlipwayError where error.code == .outOfRange {
            throw lookup.refusal(ids, lengths) ?? error.adding("feature \(lookup.feature)")
        } catch let error as SlipwayError {
            throw error.adding("feature \(lookup.feature)")
        }
    }
}

/// Rows of one feature's ids.
struct EmbeddingLookupStep: Step {
    let lookup: FeatureLookup
    let ids: Int
    let output: Int
    /// The lengths that say which row an id belongs to, for messages.
    let lengths: Int?

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let ids = frame.int64s(ids)
        do {
            frame.mapped[lookup.counter] += try lookup.table.gather(
                ids: ids, badIDs: lookup.badIDs, out: frame[output].mutableMatrix)
        } catch let error as SlipwayError where error.code == .outOfRange {
            throw lookup.refusal(ids, lengths.map { frame.int32s($0) }) ?? error.adding("feature \(lookup.feature)")
        }
    }
}

extension RunFrame {
    func int64s(_ value: Int) -> UnsafeBufferPointer<Int64> {
        UnsafeBufferPointer(start: self[value].int64s, count: self[value].shape.rows)
    }

    func int32s(_ value: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: self[value].int32s, count: self[value].shape.rows)
    }
}
