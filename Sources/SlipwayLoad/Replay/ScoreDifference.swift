import SlipwayProtocol

/// Outputs of two answers compared by name.
enum ScoreDifference {
    struct Difference: Equatable {
        let output: String
        /// The place in the output, row-major; nil where names or shapes differ.
        let place: Int?
        let first: String
        let second: String
        /// |first − second| / max(1, |first|) at that place, the largest of the output; infinite where it has no
        /// meaning.
        let size: Double
    }

    /// The largest difference of each output, those within `tolerance` with it, in the order of names.
    static func all(
        _ first: [PredictResponse.Output], _ second: [PredictResponse.Output]
    ) -> [Difference] {
        var others = Dictionary(second.map { ($0.name, $0) }) { old, _ in old }
        var found: [Difference] = []
        for output in first {
            guard let other = others.removeValue(forKey: output.name) else {
                found.append(.init(output: output.name, place: nil, first: "there", second: "absent", size: .infinity))
                continue
            }
            guard output.shape == other.shape else {
                found.append(
                    .init(
                        output: output.name, place: nil, first: "shape \(output.shape)", second: "shape \(other.shape)",
                        size: .infinity))
                continue
            }
            found.append(largest(output, other))
        }
        for other in second where others[other.name] != nil {
            found.append(.init(output: other.name, place: nil, first: "absent", second: "there", size: .infinity))
        }
        return found
    }

    private static func largest(_ first: PredictResponse.Output, _ second: PredictResponse.Output) -> Difference {
        func result(_ place: Int?, _ a: String, _ b: String, _ size: Double) -> Difference {
            Difference(output: first.name, place: place, first: a, second: b, size: size)
        }
        switch (first.values, second.values) {
        case (.numbers(let a), .numbers(let b)) where a.count == b.count:
            var worst = (place: 0, size: 0.0)
            for (place, pair) in zip(a, b).enumerated() {
                let size = distance(pair.0, pair.1)
                if size > worst.size { worst = (place, size) }
            }
            guard !a.isEmpty else { return result(nil, "", "", 0) }
            return result(worst.place, "\(a[worst.place])", "\(b[worst.place])", worst.size)
        case (.wholes(let a), .wholes(let b)) where a.count == b.count:
            guard let place = a.indices.first(where: { a[$0] != b[$0] }) else { return result(nil, "", "", 0) }
            return result(place, "\(a[place])", "\(b[place])", .infinity)
        case (.texts(let a), .texts(let b)) where a.count == b.count:
            guard let place = a.indices.first(where: { a[$0] != b[$0] }) else { return result(nil, "", "", 0) }
            return result(place, a[place], b[place], .infinity)
        case (let a, let b) where a.count == 0 && b.count == 0: return result(nil, "", "", 0)
        default: return result(nil, "\(first.values.count) values", "\(second.values.count) values", .infinity)
        }
    }

    private static func distance(_ a: Double, _ b: Double) -> Double {
        if a == b || (a.isNaN && b.isNaN) { return 0 }
        let size = abs(a - b) / max(1, abs(a))
        return size.isFinite ? size : .infinity
    }
}

extension PredictResponse.Output.Values {
    fileprivate var count: Int {
        switch self {
        case .numbers(let values): return values.count
        case .wholes(let values): return values.count
        case .texts(let values): return values.count
        }
    }
}
