/// Several numbers made into one. Source: `combiner` of lookup_feature and combine_feature.
enum Combiner: String, Sendable {
    case sum, mean, min, max, count
    case gapMin = "gap_min"
    case gapMax = "gap_max"

    /// nil for an empty name: nothing is combined.
    static func named(_ name: String, _ entry: FGEntry) throws -> Combiner? {
        let lower = name.lowercased()
        if lower.isEmpty { return nil }
        if lower == "avg" { return .mean }
        guard let combiner = Combiner(rawValue: lower) else {
            throw entry.wrong(
                "combiner", "is \"\(name)\"", fix: "use sum, mean, avg, min, max, count, gap_min or gap_max")
        }
        return combiner
    }

    /// The values are not empty. A gap is the distance of neighbours in order of size; one value has a gap of 0.
    func combine(_ values: inout [Double]) -> Double {
        switch self {
        case .sum: return values.reduce(0, +)
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .min: return values.reduce(values[0]) { Swift.min($0, $1) }
        case .max: return values.reduce(values[0]) { Swift.max($0, $1) }
        case .count: return Double(values.count)
        case .gapMin, .gapMax:
            guard values.count > 1 else { return 0 }
            values.sort()
            var best = values[1] - values[0]
            for index in 1..<values.count {
                let gap = values[index] - values[index - 1]
                best = self == .gapMin ? Swift.min(best, gap) : Swift.max(best, gap)
            }
            return best
        }
    }
}
