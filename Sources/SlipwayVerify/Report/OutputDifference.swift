import SlipwayCore
import SlipwayRuntime

/// How far one output of the package is from the reference, over all rows.
public struct OutputDifference: Sendable {
    public let name: String
    public internal(set) var rows = 0
    /// Largest |reference − package|; infinite where only one is NaN or the shapes differ.
    public private(set) var largest = 0.0
    /// Largest |reference − package| / |reference| over elements other than 0.
    public private(set) var largestRelative = 0.0
    /// Mean |reference − package|.
    public var mean: Double { count == 0 ? 0 : sum / Double(count) }
    /// Largest |reference − package| / max(1, |reference|): what the tolerance judges.
    public private(set) var judged = 0.0
    /// Row of the largest judged difference; nil without rows.
    public private(set) var worstRow: Int?
    /// Largest judged difference between tables as training left them and as the package stores them; nil where both are
    /// the same.
    public private(set) var drift: Double?

    private var sum = 0.0
    private var count = 0

    init(name: String, isQuantized: Bool) {
        self.name = name
        drift = isQuantized ? 0 : nil
    }

    /// Adds one batch.
    mutating func add(
        _ actual: PredictorOutputs.Output, _ reference: Tensor, plain: Tensor?, firstRow: Int, rowOf: (Int) -> Int
    ) throws {
        guard actual.shape == reference.shape else {
            throw SlipwayError(
                .mismatch,
                "output \(name) has shape \(actual.shape) in the package; the model gives \(reference.shape)",
                fix: "export the model again")
        }
        let width = max(actual.width, 1)
        for index in 0..<reference.count {
            let expected = Self.number(reference, index)
            let found = actual.isInteger ? Double(actual.ints[index]) : Double(actual.floats[index])
            let difference = Self.difference(expected, found)
            let share = difference / max(1, expected.isFinite ? abs(expected) : 1)
            if worstRow == nil || share > judged { (judged, worstRow) = (share, firstRow + rowOf(index / width)) }
            largest = max(largest, difference)
            if expected != 0, !expected.isNaN { largestRelative = max(largestRelative, difference / abs(expected)) }
            sum += difference
            count += 1
            if let plain, let known = drift {
                let trained = Self.number(plain, index)
                let moved = Self.difference(trained, expected) / max(1, trained.isFinite ? abs(trained) : 1)
                drift = max(known, moved)
            }
        }
    }

    private static func number(_ tensor: Tensor, _ index: Int) -> Double {
        switch tensor.storage {
        case .float(let values): return Double(values[index])
        case .int(let values): return Double(values[index])
        }
    }

    /// 0 for equal values, NaN and infinities among them.
    private static func difference(_ a: Double, _ b: Double) -> Double {
        if a == b || (a.isNaN && b.isNaN) { return 0 }
        let difference = abs(a - b)
        return difference.isNaN ? .infinity : difference
    }
}
