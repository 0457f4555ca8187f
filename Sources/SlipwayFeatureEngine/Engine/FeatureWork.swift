/// One feature's buffers in a session, and the loop over its rows.
final class FeatureWork {
    let plan: FeaturePlan
    let writer: FeatureWriter
    /// What other features read; nil when none does.
    let produced: ProducedColumn?
    private let row: OperatorRow
    private(set) var rows = 0
    private var sources: [ColumnReader] = []
    private var counts: [Int] = []

    init(_ plan: FeaturePlan) {
        self.plan = plan
        writer = FeatureWriter(plan.values)
        row = OperatorRow(inputs: plan.inputs.count)
        produced =
            plan.isRead
            ? ProducedColumn(
                writer.output, width: plan.values.denseWidth, isScalar: plan.isScalar, hasSteps: plan.sequence != nil)
            : nil
    }

    /// Makes the feature for rows `0..<rows`.
    ///
    /// - Parameters:
    ///   - sources: a reader an input.
    ///   - counts: rows of each input: 1 or `rows`.
    func run(_ sources: [ColumnReader], counts: [Int], rows: Int) {
        self.rows = rows
        self.sources = sources
        self.counts = counts
        if let sequence = plan.sequence {
            runSteps(sequence)
        } else {
            runRows()
        }
        produced?.refresh()
        self.sources.removeAll()
    }

    // MARK: Rows

    private func runRows() {
        let isDense = plan.values.denseWidth > 0
        let kernel = plan.kernel
        var leaf: ColumnLeaf?
        if kernel.traits.isPlain, case .scalar(let values, _) = sources[0] { leaf = values }
        var index = 0
        while index < rows {
            if let leaf {
                index += writer.take(leaf, rows: index..<rows, separator: plan.inputs[0].form.separator)
                if index == rows { break }
            }
            var isMissing = false
            for input in plan.inputs.indices {
                if counts[input] > 1 || index == 0 {
                    sources[input].read(index, plan.inputs[input].form, into: row.renew(input))
                }
                isMissing = isMissing || row.isMissing(input)
            }
            let count = finish(isMissing, kernel)
            if !isDense { writer.output.lengths.append(count) }
            index += 1
        }
    }

    @inline(__always)
    private func finish(_ isMissing: Bool, _ kernel: any FeatureOperator) -> Int32 {
        if isMissing { return writer.endMissing() }
        row.arena.removeAll()
        kernel.apply(row, to: writer)
        return writer.end()
    }

    // MARK: Steps

    private func runSteps(_ sequence: FeaturePlan.SequencePlan) {
        let isDense = plan.values.denseWidth > 0
        let kernel = plan.kernel
        var readers: [StepReader?] = plan.inputs.indices.map { input in
            plan.inputs[input].isStep
                ? StepReader(sources[input], plan.inputs[input].form, delimiter: sequence.delimiter) : nil
        }
        var stepCounts = [Int](repeating: 0, count: readers.count)
        for index in 0..<rows {
            let steps = seek(index, sequence, &readers, &stepCounts)
            for step in 0..<max(steps, 1) {
                var isMissing = steps == 0
                for input in readers.indices where !isMissing {
                    if readers[input] != nil {
                        let place = sequence.spreads && stepCounts[input] == 1 ? 0 : step
                        let buffer = row.renew(input)
                        if place < stepCounts[input] { readers[input]?.read(place, into: buffer) }
                    }
                    isMissing = row.isMissing(input)
                }
                let count = finish(isMissing, kernel)
                if !isDense { writer.output.keyLengths.append(count) }
            }
            writer.output.lengths.append(Int32(truncatingIfNeeded: max(steps, 1)))
        }
    }

    /// Turns every input to a row and gives the number of steps; 0 when there is no value to make a step of.
    private func seek(
        _ index: Int, _ sequence: FeaturePlan.SequencePlan, _ readers: inout [StepReader?], _ stepCounts: inout [Int]
    ) -> Int {
        // Without an input that has steps, the row's values are the only step's.
        var steps = readers.contains { $0 != nil } ? 0 : 1
        for input in readers.indices {
            let place = counts[input] > 1 ? index : 0
            guard readers[input] != nil else {
                if counts[input] > 1 || index == 0 {
                    sources[input].read(place, plan.inputs[input].form, into: row.renew(input))
                }
                continue
            }
            let count = readers[input]?.seek(place) ?? 0
            if sequence.spreads, count == 0 { return 0 }
            stepCounts[input] = count
            steps = max(steps, count)
        }
        return sequence.length > 0 ? min(steps, sequence.length) : steps
    }

    // MARK: Broadcast

    /// Repeats the only row `count` times.
    func repeatRow(_ count: Int) {
        let output = writer.output
        Self.extend(&output.ids, count)
        Self.extend(&output.floats, count)
        Self.extend(&output.lengths, count)
        Self.extend(&output.keyLengths, count)
        Self.extend(&output.weights, count)
        rows = count
    }

    private static func extend<T>(_ values: inout [T], _ count: Int) {
        guard !values.isEmpty, count != 1 else { return }
        let row = values
        values = []
        values.reserveCapacity(row.count * count)
        for _ in 0..<count { values.append(contentsOf: row) }
    }
}
