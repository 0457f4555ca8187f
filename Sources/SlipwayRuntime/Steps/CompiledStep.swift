import SlipwayCore

/// A region that code from outside runs.
struct CompiledStep: Step {
    /// A lookup inside the region.
    struct Lookup {
        let table: RegionTable
        let feature: String
        let counter: Int
    }

    let code: any RegionCode
    let inputs: [Int]
    let outputs: [Int]
    /// Symbols of the frame by the code's number; -1 for those that only the region knows.
    let symbols: [Int]
    let lookups: [Lookup]

    func run(_ frame: RunFrame) throws {
        var sizes = symbols.map { $0 < 0 ? -1 : Int64(frame.size(ofSymbol: $0)) }
        let given = inputs.map { RegionValue(base: frame[$0].base, stride: frame[$0].stride) }
        let bytes = try code.measure(inputs: given, sizes: &sizes)
        for (symbol, size) in zip(symbols, sizes) where symbol >= 0 {
            try frame.setSize(ofSymbol: symbol, Int(size))
        }
        for output in outputs { try frame.define(output) }
        let made = outputs.map { RegionValue(base: frame[$0].base, stride: frame[$0].stride) }
        var reports = [(firstBad: Int, mapped: Int)](repeating: (-1, 0), count: lookups.count)
        defer { for (lookup, report) in zip(lookups, reports) { frame.mapped[lookup.counter] += report.mapped } }
        try frame.withScratch(max(bytes, 64)) { arena in
            do {
                try code.run(
                    inputs: given, outputs: made, sizes: sizes, tables: lookups.map(\.table), reports: &reports,
                    arena: arena, arenaBytes: bytes)
            } catch let error as SlipwayError where error.code == .outOfRange {
                throw refusal(reports) ?? error
            }
        }
    }

    private func refusal(_ reports: [(firstBad: Int, mapped: Int)]) -> SlipwayError? {
        guard
            let (lookup, report) = zip(lookups, reports).first(where: { $0.1.firstBad >= 0 && !$0.0.table.mapsBadIDs })
        else { return nil }
        return SlipwayError(
            .outOfRange,
            "\(lookup.feature): the id at position \(report.firstBad) is outside 0..<\(lookup.table.rowCount), "
                + "the rows of its table",
            fix: "check the column against the feature's num_buckets, vocabulary or hash_bucket_size; "
                + "quantized tables map such ids to row 0")
    }
}

extension RunFrame {
    /// The size of a symbol, or -1 where it is not known yet.
    func size(ofSymbol symbol: Int) -> Int { symbolSizes[symbol] }

    /// Settles the size of a symbol. Throws `mismatch` when it has another one already.
    func setSize(ofSymbol symbol: Int, _ size: Int) throws {
        if symbolSizes[symbol] < 0 { symbolSizes[symbol] = size }
        guard symbolSizes[symbol] == size else {
            throw SlipwayError(
                .mismatch, "\(layout.symbols[symbol]) is \(size), but \(symbolSizes[symbol]) elsewhere",
                fix: "check that all inputs belong to the same rows")
        }
    }
}
