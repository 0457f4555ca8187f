import Foundation
import SlipwayInspect

/// How far scores lie from those of float32, over all elements of one output.
struct DriftDistribution: Sendable, Equatable {
    /// Elements compared.
    let count: Int
    /// Elements that are NaN on one side only.
    let nanCount: Int
    /// Mean of the differences, which tells a shift from noise.
    let mean: Double
    let meanAbsolute: Double
    let meanSquare: Double
    /// |difference| that a share of all elements stays within, in rising order.
    let quantiles: [(share: Double, value: Double)]
    let largest: Double
    /// Counts of differences in equal bins from −limit to limit, the middle one around 0.
    let bins: [Int]
    let limit: Double
    /// The range of the float32 scores.
    let referenceRange: ClosedRange<Double>

    static let shares = [0.5, 0.9, 0.99, 0.999]
    private static let binCount = 41

    /// - Parameters:
    ///   - actual: scores of the package.
    ///   - reference: scores of float32, as many.
    init(actual: [Float], reference: [Float]) {
        var differences: [Double] = [], nans = 0, low = Double.infinity, high = -Double.infinity
        for (own, exact) in zip(actual, reference) {
            guard own.isFinite, exact.isFinite else {
                // The same infinity, or NaN on both sides, is no difference.
                if own != exact, !(own.isNaN && exact.isNaN) { nans += 1 }
                continue
            }
            differences.append(Double(own) - Double(exact))
            low = min(low, Double(exact))
            high = max(high, Double(exact))
        }
        let sizes = differences.map(abs).sorted()
        count = differences.count
        nanCount = nans
        mean = differences.isEmpty ? 0 : differences.reduce(0, +) / Double(count)
        meanAbsolute = sizes.isEmpty ? 0 : sizes.reduce(0, +) / Double(count)
        meanSquare = sizes.isEmpty ? 0 : sizes.reduce(0) { $0 + $1 * $1 } / Double(count)
        largest = sizes.last ?? 0
        quantiles = Self.shares.map { share in
            let place = Int((share * Double(sizes.count)).rounded(.up)) - 1
            return (share, sizes.isEmpty ? 0 : sizes[min(max(place, 0), sizes.count - 1)])
        }
        limit = largest
        var bins = [Int](repeating: 0, count: Self.binCount)
        for difference in differences {
            let place = largest == 0 ? 0.5 : (difference / largest + 1) / 2
            bins[min(Int(place * Double(Self.binCount)), Self.binCount - 1)] += 1
        }
        self.bins = bins
        referenceRange = low <= high ? low...high : 0...0
    }

    static func == (a: DriftDistribution, b: DriftDistribution) -> Bool { a.facts == b.facts }

    var facts: Fact {
        .object([
            "count": .int(count), "not_finite": .int(nanCount), "mean": .double(mean),
            "mean_absolute": .double(meanAbsolute), "largest": .double(largest),
            "quantiles": .array(
                quantiles.map { .object(["share": .double($0.share), "within": .double($0.value)]) }),
            "histogram": .object([
                "from": .double(-limit), "to": .double(limit), "counts": .array(bins.map(Fact.int)),
            ]),
            "reference_range": .array([.double(referenceRange.lowerBound), .double(referenceRange.upperBound)]),
        ])
    }
}
