import SlipwayCore

/// The names of `candidates` that `name` may have been meant as: nearest first, at most `limit`.
///
/// Near means at most a third of the letters differ, or one name holds the other; case is ignored.
func nearNames(to name: String, in candidates: [String], limit: Int = 5) -> [String] {
    let wanted = Array(name.lowercased().utf8.prefix(200))
    let scored: [(distance: Int, name: String)] = candidates.compactMap { candidate in
        let other = Array(candidate.lowercased().utf8.prefix(200))
        let distance = EditDistance.between(wanted, other)
        if distance * 3 <= max(wanted.count, other.count) { return (distance, candidate) }
        let lowered = (name.lowercased(), candidate.lowercased())
        guard !name.isEmpty, !candidate.isEmpty else { return nil }
        return lowered.0.contains(lowered.1) || lowered.1.contains(lowered.0) ? (distance, candidate) : nil
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}
