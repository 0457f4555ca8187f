import Testing

@testable import SlipwayConfig

@Suite struct NumberTextTests {
    /// Right sides by Python's `repr`.
    @Test(
        arguments: [
            (0.1, "0.1"), (1, "1.0"), (-2.5, "-2.5"), (1e-4, "0.0001"), (1e-5, "1e-05"), (1.5e-7, "1.5e-07"),
            (123_456_789, "123456789.0"), (1e15, "1000000000000000.0"), (1e16, "1e+16"), (1.25e22, "1.25e+22"),
            (1e100, "1e+100"), (0.30000000000000004, "0.30000000000000004"),
            (9_007_199_254_740_992, "9007199254740992.0"),
            (.leastNonzeroMagnitude, "5e-324"), (0, "0.0"), (-0.0, "-0.0"), (.infinity, "inf"), (-.infinity, "-inf"),
            (.nan, "nan"),
        ] as [(Double, String)])
    func writesDoublesAsPython(value: Double, text: String) {
        #expect(NumberText.double(value) == text)
    }

    /// Right sides by Python's `google.protobuf.text_format`.
    @Test(
        arguments: [
            (0.1, "0.1"), (0.002, "0.002"), (1e-8, "1e-08"), (16_777_216, "16777216.0"),
            (3.4028235e38, "3.4028235e+38"), (1.1754944e-38, "1.1754944e-38"), (.leastNonzeroMagnitude, "1.4013e-45"),
            (0.3333333433, "0.33333334"),
            (2.0000002, "2.0000002"), (1e10, "10000000000.0"), (.infinity, "inf"), (.nan, "nan"), (-0.0, "-0.0"),
        ] as [(Float, String)])
    func writesFloatsAsPythonsProtobuf(value: Float, text: String) {
        #expect(NumberText.float(value) == text)
    }
}
