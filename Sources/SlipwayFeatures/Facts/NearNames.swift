import SlipwayCore

/// Finds what a mistyped name may have meant.
enum NearNames {
    /// `did you mean a, b? …` or a list of what there is.
    static func hint(for name: String, among names: [String], kind: String) -> String {
        let near = nearest(to: name, among: names)
        if !near.isEmpty { return "did you mean \(near.joined(separator: ", "))?" }
        let some = names.prefix(10).joined(separator: ", ")
        return names.isEmpty
            ? "there is no \(kind) at all" : "\(kind)s there are: \(some)\(names.count > 10 ? ", …" : "")"
    }

    /// Up to three names within a third of the letters, or that hold or are held by `name`.
    static func nearest(to name: String, among names: [String]) -> [String] {
        let letters = Array(name.unicodeScalars.prefix(64))
        var scored: [(distance: Int, name: String)] = []
        for other in names.prefix(4096) where other != name {
            let distance = EditDistance.between(letters, Array(other.unicodeScalars.prefix(64)))
            let isPart = name.count > 2 && other.count > 2 && (other.contains(name) || name.contains(other))
            if distance <= max(1, letters.count / 3) || isPart { scored.append((distance, other)) }
        }
        return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }
}
