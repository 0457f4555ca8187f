import Testing

@testable import SlipwayInspect

struct QuantityTests {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (9_949, "9.9 KB"), (9_950, "10 KB"), (999_499, "999 KB"),
        (999_500, "1.0 MB"), (44_352, "44 KB"), (Int.max, "9.2 EB"),
    ])
    func bytes(count: Int, text: String) {
        #expect(Quantity.bytes(count) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234")])
    func counts(value: Int, text: String) {
        #expect(Quantity.count(value) == text)
    }

    @Test func nounsAndShares() {
        #expect(Quantity.count(1, "table") == "1 table")
        #expect(Quantity.count(0, "table") == "0 tables")
        #expect(Quantity.count(2, "mismatch", plural: "mismatches") == "2 mismatches")
        #expect(Quantity.share(1, of: 8) == "12.5%")
        #expect(Quantity.share(0, of: 0) == "-")
        #expect(Int.max.addingClamped(1) == .max)
        #expect((1 << 62).multipliedClamped(by: 4) == .max)
    }
}
