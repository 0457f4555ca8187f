import SlipwayCore

/// Finds the known name a misspelt one was meant to be.
enum NearestName {
    /// The candidate within a third of the name's length in edits, the closest first, ties in the given order.
    static func match(_ name: String, in candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = EditDistance.between(wanted, Array(candidate.lowercased().utf8.prefix(64)))
            if distance <= max(1, wanted.count / 3), distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }
}
