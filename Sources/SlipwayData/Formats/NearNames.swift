/// The names of `candidates` that `name` may have been meant as: nearest first, at most `limit`.
///
/// Near means at most a third of the letters differ, or one name holds the other; case is ignored.
func nearNames(to name: String, in candidates: [String], limit: Int = 5) -> [String] {
    let wanted = Array(name.lowercased().utf8.prefix(200))
    let scored: [(distance: Int, name: String)] = candidates.compactMap { candidate in
        let other = Array(candidate.lowercased().utf8.prefix(200))
        let distance = editDistance(wanted, other)
        if distance * 3 <= max(wanted.count, other.count) { return (distance, candidate) }
        let lowered = (name.lowercased(), candidate.lowercased())
        guard !name.isEmpty, !candidate.isEmpty else { return nil }
        return lowered.0.contains(lowered.1) || lowered.1.contains(lowered.0) ? (distance, candidate) : nil
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}

/// Insertions, deletions and replacements that turn one into the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let replaced = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
