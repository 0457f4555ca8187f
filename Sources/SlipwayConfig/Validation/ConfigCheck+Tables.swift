extension ConfigCheck {
    /// A table as one use of a feature sees it.
    private struct TableUse {
        let feature: ConfigFeature
        let rows: UInt64?
        let dim: UInt64
        let pooling: String
    }

    /// Features that share an embedding name must agree on the table.
    ///
    /// Pooled and sequence uses of one name are two tables, as are wide uses and uses under different suffixes;
    /// sequence tables are apart by dimension too.
    mutating func checkTables() {
        let known = featuresByName
        var first: [String: TableUse] = [:]
        var reported: Set<String> = []
        for group in groups {
            let direct = group.message.texts("feature_names").map { ($0, group.isSequence, group.suffix) }
            let inner = group.message.messages("sequence_groups").flatMap { sequence in
                let own = sequence.text("embedding_name_suffix")
                return sequence.texts("feature_names").map { ($0, true, own.isEmpty ? group.suffix : own) }
            }
            for (name, isSequence, suffix) in direct + inner {
                guard let feature = known[name], feature.isSparse else { continue }
                let dim = group.type == .wide ? 0 : feature.config.unsigned("embedding_dim")
                let use = TableUse(
                    feature: feature, rows: feature.tableRows, dim: dim,
                    pooling: feature.config.text("pooling").lowercased())
                let place = isSequence ? "sequence of \(dim)" : group.type == .wide ? "wide" : "pooled"
                let isCollected = feature.sizeField == "zch" ? "zch" : ""
                let key = [feature.embeddingName, place, suffix, isCollected].joined(separator: "\u{0}")
                guard let other = first[key] else {
                    first[key] = use
                    continue
                }
                if other.feature.name != name, reported.insert(key + "\u{0}" + name).inserted {
                    compare(other, use, isPooled: !isSequence)
                }
            }
        }
    }

    private mutating func compare(_ a: TableUse, _ b: TableUse, isPooled: Bool) {
        let names = "features `\(a.feature.name)` and `\(b.feature.name)` share embedding `\(a.feature.embeddingName)`"
        let fix = "make them equal, or give one its own embedding_name"
        if a.dim != b.dim {
            error("\(names) but their embedding_dim differs: \(a.dim) and \(b.dim)", fix: fix)
        }
        if let left = a.rows, let right = b.rows, left != right {
            error("\(names) but their table sizes differ: \(left) and \(right)", fix: fix)
        }
        if isPooled, a.pooling != b.pooling {
            error("\(names) but their pooling differs: \(a.pooling) and \(b.pooling)", fix: fix)
        }
    }
}
