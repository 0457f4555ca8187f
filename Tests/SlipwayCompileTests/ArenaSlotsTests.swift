import SlipwayCompile
import Testing

@Suite struct ArenaSlotsTests {
    @Test func freeSlotsOfTheSameSymbolAreUsedAgain() {
        var slots = ArenaSlots()
        let first = slots.allocate(symbol: 0, rowBytes: 64)
        let second = slots.allocate(symbol: 0, rowBytes: 16)
        slots.release(first)
        slots.release(second)
        // The nearest in size, not the first.
        #expect(slots.allocate(symbol: 0, rowBytes: 20) == second)
        #expect(slots.slots[second].rowBytes == 20)
        #expect(slots.allocate(symbol: 1, rowBytes: 20) == 2)
        #expect(slots.allocate(symbol: nil, rowBytes: 20) == 3)
        #expect(slots.allocate(symbol: 0, rowBytes: 8) == first)
        #expect(slots.slots[first].rowBytes == 64)
        #expect(slots.slots.map(\.symbol) == [0, 0, 1, nil])
    }
}
