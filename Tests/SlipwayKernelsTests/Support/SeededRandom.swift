import SlipwayTestSupport

extension SeededRandom {
    /// Like `floats`, with NaN, infinities, zeros and large values in about one place of eight.
    mutating func adversarialFloats(_ count: Int) -> [Float] {
        let special: [Float] = [
            .nan, .infinity, -.infinity, 0, -0.0, 1e30, -1e30, .leastNormalMagnitude / 100, 100, -100,
        ]
        return (0..<count).map { _ in
            Int.random(in: 0..<8, using: &self) == 0
                ? special[Int.random(in: 0..<special.count, using: &self)] : Float.random(in: -4...4, using: &self)
        }
    }

    /// `count` lengths between 0 and `most`, about a third of them 0.
    mutating func lengths(_ count: Int, most: Int) -> [Int32] {
        (0..<count).map { _ in
            Int.random(in: 0..<3, using: &self) == 0 ? 0 : Int32(Int.random(in: 0...most, using: &self))
        }
    }
}

/// Equal within `tolerance` absolute plus relative; NaN equals NaN, infinities must agree.
func isClose(_ a: Float, _ b: Float, tolerance: Float) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    if a.isInfinite || b.isInfinite { return a == b }
    return abs(a - b) <= tolerance + tolerance * abs(b)
}

/// The first index where the two differ by more than `tolerance`, with both values.
func firstDifference(_ a: [Float], _ b: [Float], tolerance: Float) -> String? {
    if a.count != b.count { return "\(a.count) values against \(b.count)" }
    for i in a.indices where !isClose(a[i], b[i], tolerance: tolerance) { return "[\(i)]: \(a[i]) against \(b[i])" }
    return nil
}
