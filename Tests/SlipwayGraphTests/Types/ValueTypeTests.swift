import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct ValueTypeTests {
    @Test func describesItself() {
        #expect(f32("B", 8).description == "f32[B, 8]")
        #expect(i64("N:city", side: .user).description == "user i64[N:city]")
        #expect(f32().description == "f32[]")
        #expect(f32("B", 8).rank == 2)
    }

    @Test func sideIsPartOfTheType() { #expect(f32("U", side: .user) != f32("U")) }

    @Test func widthIsTheLastNumber() throws {
        #expect(try f32("B", 8).width() == 8)
        #expect(throws: SlipwayError.self) { try f32("B", "T").width() }
        #expect(throws: SlipwayError.self) { try f32().width() }
    }
}
