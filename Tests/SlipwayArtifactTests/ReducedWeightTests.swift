import SlipwayCore
import Testing

@testable import SlipwayArtifact

@Suite struct ReducedWeightTests {
    @Test func bf16KeepsTheUpperHalf() {
        // 1 + 2⁻⁸ is halfway and goes to even, 1; −3 and 0 are exact; the largest float rounds up to infinity.
        let weight = ReducedWeight.bf16(
            Tensor(shape: [2, 2], floats: [1.003_906_25, -3, 0, .greatestFiniteMagnitude]))
        #expect(weight.floats == [1, -3, 0, .infinity])
        #expect(weight.codes == .bf16([0x3f80, 0xc040, 0, 0x7f80]))
    }

    @Test func int8HasAScaleForEachOutput() {
        let weight = ReducedWeight.int8(
            Tensor(shape: [2, 2], floats: [127, -63.4, 0, 0]), input: .init(covering: 0, 1))
        #expect(weight.codes == .int8([127, -63, 0, 0], scales: [1, 1]))
        #expect(weight.floats == [127, -63, 0, 0])
    }

    @Test func rangesHoldZero() {
        // 255 steps from −1 to 2; −1 is code 0, so that 0 is code 85.
        let range = ReducedWeight.InputRange(covering: -1, 2)
        #expect(range.scale == Float(3) / 255)
        #expect(range.zero == 85)
        #expect(ReducedWeight.InputRange(covering: 3, 5).zero == 0)
        #expect(ReducedWeight.InputRange(covering: 3, 5).scale == Float(5) / 255)
        #expect(ReducedWeight.InputRange(covering: 0, 0).scale == Float(1) / 255)
        #expect(ReducedWeight.InputRange(covering: -2, -1).zero == 255)
    }

    @Test func storedRangesAreChecked() throws {
        #expect(try ReducedWeight.InputRange(scale: 0.5, zero: 3).zero == 3)
        for (scale, zero) in [(0, 1), (-1, 1), (.nan, 1), (.infinity, 1), (1, -1), (1, 256), (1, 1.5), (1, .nan)] {
            #expect(throws: SlipwayError.self) { try ReducedWeight.InputRange(scale: Float(scale), zero: Float(zero)) }
        }
    }
}
