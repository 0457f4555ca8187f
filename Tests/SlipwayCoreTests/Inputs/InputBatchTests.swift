import SlipwayCore
import Testing

@Suite struct InputBatchTests {
    private let slots = [
        InputSlot(name: "city.values", element: .int64), InputSlot(name: "city.lengths", element: .int32),
        InputSlot(name: "age.values", element: .float, width: 2),
    ]

    @Test func hasABufferASlot() {
        let batch = InputBatch(slots: slots)
        #expect(batch.rowCount == 0)
        #expect(batch.buffers.count == 3)
        #expect(batch.index(of: "age.values") == 2)
        #expect(batch.index(of: "age") == nil)
        #expect(batch.slots.map(\.width) == [1, 1, 2])
    }

    @Test func emptyingKeepsTheMemory() {
        var batch = InputBatch(slots: slots)
        batch.rowCount = 2
        batch.buffers[0].int64 = [1, 2, 3]
        batch.buffers[1].int32 = [1, 2]
        batch.buffers[2].float = [0, 1, 2, 3]
        let capacity = batch.buffers[2].float.capacity
        batch.removeAll()
        #expect(batch.rowCount == 0)
        #expect(batch.buffers.allSatisfy { $0 == InputBatch.Buffer() })
        #expect(batch.buffers[2].float.capacity == capacity)
    }
}
