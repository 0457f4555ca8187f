import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct DimensionTests {
    @Test func readsNumbersAndSymbols() throws {
        #expect(try Dimension(parsing: "8") == .fixed(8))
        #expect(try Dimension(parsing: "0") == .fixed(0))
        #expect(try Dimension(parsing: "B") == .batch)
        #expect(try Dimension(parsing: "N:city") == .symbol("N:city"))
        #expect(Dimension.fixed(8).size == 8)
        #expect(Dimension.user.size == nil)
    }

    @Test(arguments: ["", "-1", "99999999999999999999", "3x", "+", "-"]) func refusesTheRest(_ text: String) {
        let error = #expect(throws: SlipwayError.self) { try Dimension(parsing: text) }
        #expect(error?.code == .corrupt)
    }
}
