public import SlipwayCore

/// Model inputs as one line of text a row, for looking at: `name:value | name:value`.
///
/// Several values are joined with `,`, steps with the feature's `sequence_delim`; weighted ids stand as `id:weight`, sorted as
/// text. Source: `dump_parsed_inputs` in `tzrec/datasets/data_parser.py`.
public struct ParsedInputsText: Sendable {
    /// The column upstream writes it to.
    public static let columnName = "__features__"

    private struct Entry: Sendable {
        let name: String
        let delimiter: String?
        let values: Int
        let isDense: Bool
        let width: Int
        let lengths: Int?
        let keyLengths: Int?
        let weights: Int?
    }

    private let entries: [Entry]

    /// - Parameters:
    ///   - features: the features in the order of the text; stubs are left out.
    ///   - slots: of the inputs, which must hold every feature.
    public init(_ features: FeatureSet, slots: [InputSlot]) throws {
        try self.init(
            features.features.filter { !$0.isStub }.map { ($0.name, $0.sequence?.delimiter) }, slots: slots)
    }

    /// - Parameter features: full names in the order of the text, and the text between steps of sequences.
    public init(_ features: [(name: String, delimiter: String?)], slots: [InputSlot]) throws {
        func slot(_ name: String) -> Int? { slots.firstIndex { $0.name == name } }
        entries = try features.map { feature in
            guard let values = slot("\(feature.name).values") else {
                throw SlipwayError(.internalFault, "the inputs hold no \(feature.name).values")
            }
            return Entry(
                name: feature.name, delimiter: feature.delimiter, values: values,
                isDense: slots[values].element == .float, width: slots[values].width,
                lengths: slot("\(feature.name).lengths"), keyLengths: slot("\(feature.name).key_lengths"),
                weights: slot("\(feature.name).weights"))
        }
    }

    /// A text a row.
    public func lines(_ inputs: InputBatch) -> [String] {
        let columns = entries.map { texts($0, inputs) }
        return (0..<inputs.rowCount).map { row in
            zip(entries, columns).map { entry, texts in
                "\(entry.name):\(texts.count == 1 ? texts[0] : row < texts.count ? texts[row] : "")"
            }.joined(separator: " | ")
        }
    }

    /// `lines` as a column.
    public func column(_ inputs: InputBatch) -> Column { .string(lines(inputs)) }

    /// The values of one feature, a text a row.
    private func texts(_ entry: Entry, _ inputs: InputBatch) -> [String] {
        let buffer = inputs.buffers[entry.values]
        let words = entry.isDense ? buffer.float.map(FloatText.numpy) : buffer.int64.map { String($0) }
        guard let lengths = entry.lengths.map({ inputs.buffers[$0].int32 }) else {
            return stride(from: 0, to: words.count, by: max(entry.width, 1)).map { start in
                words[start..<min(start + entry.width, words.count)].joined(separator: ",")
            }
        }
        guard let delimiter = entry.delimiter else {
            let weights = entry.weights.map { inputs.buffers[$0].float.map(FloatText.numpy) }
            return Self.groups(lengths, in: words.count).map { range in
                guard let weights else { return words[range].joined(separator: ",") }
                return range.map { "\(words[$0]):\(weights[$0])" }.sorted {
                    Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
                }
                .joined(separator: ",")
            }
        }
        let widths = entry.keyLengths.map { inputs.buffers[$0].int32 }
        let steps: [String]
        if let widths {
            steps = Self.groups(widths, in: words.count).map { words[$0].joined(separator: ",") }
        } else {
            let width = entry.isDense ? max(entry.width, 1) : 1
            steps = stride(from: 0, to: words.count, by: width).map {
                words[$0..<min($0 + width, words.count)].joined(separator: ",")
            }
        }
        return Self.groups(lengths, in: steps.count).map { steps[$0].joined(separator: delimiter) }
    }

    /// Ranges of these lengths one after another, cut at `count`.
    private static func groups(_ lengths: [Int32], in count: Int) -> [Range<Int>] {
        var start = 0
        return lengths.map { length in
            let end = min(count, start + max(Int(length), 0))
            defer { start = end }
            return start..<end
        }
    }
}
