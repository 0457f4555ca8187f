public import SlipwayCore

/// Reads columns of already encoded features (`FG_NONE`) into model inputs.
///
/// Every feature has a column of its name. Slots are `<feature>.values`, and for sparse and sequence features
/// `.lengths`; for sparse sequences with several values a step `.key_lengths`; for weighted features, if asked for,
/// `.weights`. Shapes are those of `InputBatch`. Source: `_parse_fg_encoded_*` in `tzrec/features/feature.py`.
///
/// ```swift
/// let parser = try EncodedParser(features)
/// var inputs = InputBatch(slots: parser.slots)
/// try parser.parse(batch, into: &inputs)
/// ```
public struct EncodedParser: Sendable {
    /// Which features get a `.weights` slot.
    public enum Weights: Sendable, Hashable {
        case none
        case weightedOnly
    }

    /// The inputs this parser fills.
    public let slots: [InputSlot]
    /// The columns it reads, one a feature.
    public let neededColumns: [String]

    private let plans: [Plan]
    /// The slot `batch_size`: candidates of each request, i32 [U].
    private let batchSize: Int?

    private struct Plan: Sendable {
        let feature: EncodedFeature
        let isDense: Bool
        let values: Int
        let lengths: Int?
        let keyLengths: Int?
        let weights: Int?
    }

    /// - Parameters:
    ///   - features: a set of mode `encoded`.
    ///   - neededFeatures: the features to read; nil for all that are not stubs.
    ///   - weights: whether weighted features get `.weights`.
    ///   - generatedDefaults: by feature, what a null row gives where the config's word is `EncodedDefault.generated`; a null
    ///     row of others is an error.
    ///   - countsCandidates: whether there is a slot `batch_size`, as models exported with INPUT_TILE read it.
    /// - Throws: `unsupported` for another mode, `not_found` for an unknown name, `invalid_config` for a stub among
    ///   the needed.
    public init(
        _ features: FeatureSet, neededFeatures: [String]? = nil, weights: Weights = .none,
        generatedDefaults: [String: EncodedDefault] = [:], countsCandidates: Bool = false
    ) throws {
        guard features.options.mode == .encoded else {
            throw SlipwayError(
                .unsupported, "the columns are not encoded: fg_mode is not FG_NONE",
                fix: "run feature generation first, or set data_config.fg_mode to FG_NONE")
        }
        let needed = try neededFeatures.map { try features.subset($0) } ?? features
        var slots: [InputSlot] = []
        var plans: [Plan] = []
        for feature in needed.features {
            if feature.isStub {
                if neededFeatures == nil { continue }
                throw FeatureError.config(
                    feature.name, "stub_type", "is set, so it is no model input",
                    fix: "remove it from the feature groups")
            }
            let plan = try EncodedFeature(
                feature, multivalSeparator: features.options.multivalSeparator,
                generated: generatedDefaults[feature.name])
            func slot(_ suffix: String, _ element: InputSlot.Element, _ width: Int = 1) -> Int {
                slots.append(InputSlot(name: "\(feature.name).\(suffix)", element: element, width: width))
                return slots.count - 1
            }
            let width = max(feature.valueDim, 1)
            plans.append(
                Plan(
                    feature: plan, isDense: !feature.isSparse,
                    values: feature.isSparse ? slot("values", .int64) : slot("values", .float, width),
                    lengths: feature.isSparse || feature.isSequence ? slot("lengths", .int32) : nil,
                    keyLengths: feature.hasKeyLengths ? slot("key_lengths", .int32) : nil,
                    weights: weights == .weightedOnly && plan.kind == .sparse(weighted: true)
                        ? slot("weights", .float) : nil))
        }
        batchSize = countsCandidates ? slots.count : nil
        if countsCandidates { slots.append(InputSlot(name: "batch_size", element: .int32)) }
        self.slots = slots
        self.plans = plans
        self.neededColumns = plans.map(\.feature.name)
    }

    /// Empties `inputs` and fills it from `batch`.
    ///
    /// - Parameters:
    ///   - inputs: made with this parser's `slots`; its memory is used again.
    ///   - singleUserRow: read only row 0 of user-side features, as a request with one user has it.
    ///   - sharesSingleRows: whether a column of one row serves all rows.
    /// - Throws: `not_found` for a missing column, `mismatch` for one of a wrong type or size, `corrupt` for a cell
    ///   that cannot be read, naming feature, column and row. `inputs` is then partly filled.
    public func parse(
        _ batch: ColumnBatch, into inputs: inout InputBatch, singleUserRow: Bool = false, sharesSingleRows: Bool = false
    ) throws {
        guard inputs.slots == slots else {
            throw SlipwayError(
                .internalFault, "the inputs were made for other slots", fix: "use InputBatch(slots: parser.slots)")
        }
        inputs.removeAll()
        inputs.rowCount = batch.rowCount
        if let batchSize {
            // A row of a file is a request with one candidate.
            inputs.buffers[batchSize].int32 =
                singleUserRow && batch.rowCount > 0
                ? [Int32(clamping: batch.rowCount)] : [Int32](repeating: 1, count: batch.rowCount)
        }
        for plan in plans {
            let column = try column(of: plan.feature.name, in: batch)
            let isSingle = singleUserRow && plan.feature.isUserFeature
            if sharesSingleRows, !isSingle, column.count == 1, batch.rowCount != 1 {
                try Self.read(plan, column, min(1, batch.rowCount), &inputs)
                Self.repeatRow(plan, batch.rowCount, &inputs)
                continue
            }
            let rows = isSingle ? min(1, batch.rowCount) : batch.rowCount
            guard isSingle ? column.count >= rows : column.count == rows else {
                throw SlipwayError(
                    .mismatch, "column \(plan.feature.name) has \(column.count) rows, the batch has \(batch.rowCount)",
                    fix: "give every column the same number of rows")
            }
            try Self.read(plan, column, rows, &inputs)
        }
    }

    /// Lends the slots' arrays to the feature and takes them back, so that nothing is copied.
    private static func read(_ plan: Plan, _ column: Column, _ rows: Int, _ inputs: inout InputBatch) throws {
        var output = EncodedOutput()
        output.wantsWeights = plan.weights != nil
        output.wantsKeyLengths = plan.keyLengths != nil
        exchange(plan, &output, &inputs)
        defer { exchange(plan, &output, &inputs) }
        try plan.feature.read(column, rows: rows, into: &output)
    }

    /// Repeats the only row a feature has.
    private static func repeatRow(_ plan: Plan, _ rows: Int, _ inputs: inout InputBatch) {
        for slot in [plan.values, plan.lengths, plan.keyLengths, plan.weights].compactMap({ $0 }) {
            inputs.buffers[slot].repeatAll(rows)
        }
    }

    private static func exchange(_ plan: Plan, _ output: inout EncodedOutput, _ inputs: inout InputBatch) {
        if plan.isDense {
            swap(&output.floats, &inputs.buffers[plan.values].float)
        } else {
            swap(&output.ids, &inputs.buffers[plan.values].int64)
        }
        if let slot = plan.lengths { swap(&output.lengths, &inputs.buffers[slot].int32) }
        if let slot = plan.keyLengths { swap(&output.keyLengths, &inputs.buffers[slot].int32) }
        if let slot = plan.weights { swap(&output.weights, &inputs.buffers[slot].float) }
    }

    private func column(of feature: String, in batch: ColumnBatch) throws -> Column {
        guard let column = batch[feature] else {
            throw SlipwayError(
                .notFound, "there is no column named \(feature), which feature \(feature) reads",
                fix: NearNames.hint(for: feature, among: batch.names, kind: "column"))
        }
        return column
    }
}
