import SlipwayCore
import SlipwayFeatures

/// Generated features as text, in the format of upstream's `tzrec.predict --debug_level 1`:
/// `name:value | name:value`, values joined by commas, steps by the sequence's delimiter, weighted ids as `id:weight`.
struct FeatureTexts: Sendable {
    private struct Entry: Sendable {
        let name: String
        let isUser: Bool
        let isSequence: Bool
        let delimiter: String
        let width: Int
        let values: Int
        let lengths: Int?
        let keyLengths: Int?
        let weights: Int?
    }

    private let entries: [Entry]

    init(_ features: FeatureSet, slots: [InputSlot]) {
        entries = features.features.compactMap { feature in
            func place(_ suffix: String) -> Int? { slots.firstIndex { $0.name == "\(feature.name).\(suffix)" } }
            guard let values = place("values") else { return nil }
            return Entry(
                name: feature.name, isUser: feature.isUserFeature, isSequence: feature.isSequence,
                delimiter: feature.sequence?.delimiter ?? ";", width: slots[values].width, values: values,
                lengths: place("lengths"), keyLengths: place("key_lengths"), weights: place("weights"))
        }
    }

    /// One text a row. User features with one row stand in every text.
    func rows(of inputs: InputBatch, rows: Int, hasSingleUser: Bool) -> [String] {
        var texts = [String](repeating: "", count: rows)
        for entry in entries {
            let own = cells(entry, inputs, rows: hasSingleUser && entry.isUser ? 1 : rows)
            for row in 0..<rows {
                guard let cell = own.count == 1 ? own.first : row < own.count ? own[row] : nil else { continue }
                if !texts[row].isEmpty { texts[row] += " | " }
                texts[row] += "\(entry.name):\(cell)"
            }
        }
        return texts
    }

    private func cells(_ entry: Entry, _ inputs: InputBatch, rows: Int) -> [String] {
        let values = inputs.buffers[entry.values]
        let all = values.float.isEmpty ? values.int64.map { "\($0)" } : values.float.map { "\($0)" }
        guard let lengthSlot = entry.lengths else {
            return chunks(all[...], entry.width).map { $0.joined(separator: ",") }
        }
        let lengths = inputs.buffers[lengthSlot].int32.map { Int($0) }
        var start = 0
        guard entry.isSequence else {
            let weights = entry.weights.map { inputs.buffers[$0].float }
            return lengths.map { length in
                defer { start += length }
                let range = start..<min(start + length, all.count)
                guard let weights, weights.count == all.count else { return all[range].joined(separator: ",") }
                return range.map { "\(all[$0]):\(weights[$0])" }.sorted().joined(separator: ",")
            }
        }
        var keys = entry.keyLengths.map { inputs.buffers[$0].int32.map { Int($0) } }?.makeIterator()
        return lengths.map { steps in
            (0..<steps).map { _ in
                let count = keys?.next() ?? entry.width
                defer { start += count }
                return all[min(start, all.count)..<min(start + count, all.count)].joined(separator: ",")
            }.joined(separator: entry.delimiter)
        }
    }

    private func chunks(_ values: ArraySlice<String>, _ width: Int) -> [ArraySlice<String>] {
        stride(from: 0, to: values.count, by: max(width, 1)).map { values[$0..<min($0 + max(width, 1), values.count)] }
    }
}
