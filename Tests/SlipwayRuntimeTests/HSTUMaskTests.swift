import SlipwayGraph
import Testing

@testable import SlipwayRuntime

@Suite struct HSTUMaskTests {
    /// The ranges of a row against the op's definition, over all small masks.
    @Test(arguments: 0...4) func rangesAreTheDefinition(_ prefix: Int) {
        for window in 0...3 {
            for (local, global) in [(0, 0), (1, 0), (2, 0), (0, 2), (2, 3), (9, 9)] {
                let operation = HSTUAttention(
                    heads: 1, alpha: 1, scaling: 1, prefix: prefix, window: window, local: local, global: global)
                for length in 1...8 {
                    for tail in 0...length { check(operation, length, tail) }
                }
            }
        }
    }

    private func check(_ operation: HSTUAttention, _ length: Int, _ tail: Int) {
        let mask = HSTUMask(operation, length: length, tail: tail)
        for i in 0..<length {
            let count = mask.end(of: i..<i + 1)
            var scores = [Float](repeating: 1, count: count)
            scores.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                mask.clear(base, of: i, count: count)
            }
            let expected: [Float] = (0..<length).map { operation.sees(i, $0, length: length, tail: tail) ? 1 : 0 }
            let found = scores + [Float](repeating: 0, count: length - count)
            #expect(found == expected, "step \(i) of \(length), \(tail) targets, \(operation)")
        }
    }
}
