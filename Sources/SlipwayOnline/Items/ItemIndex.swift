/// Item ids to rows: ids one after the other in memory, found by hash.
struct ItemIndex: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    /// 1 + row, or 0; a power of two of them.
    private var slots = [UInt32](repeating: 0, count: 1024)

    var count: Int { ends.count }

    /// Bytes held.
    var sizeBytes: Int { bytes.count + ends.count * 4 + slots.count * 4 }

    private func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row]) }

    private static func place(_ id: UnsafeRawBufferPointer, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: NameTable.hash(id)) & mask
    }

    func find(_ id: UnsafeRawBufferPointer) -> Int? {
        let mask = slots.count - 1
        var place = Self.place(id, mask)
        while slots[place] != 0 {
            let row = Int(slots[place]) - 1
            let own = range(row)
            if own.count == id.count, bytes.withUnsafeBytes({ $0[own].elementsEqual(id) }) { return row }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds an id as the next row; false when it is there already, or does not fit.
    mutating func append(_ id: UnsafeRawBufferPointer) -> Bool {
        guard find(id) == nil, bytes.count + id.count < Int(UInt32.max) else { return false }
        bytes.append(contentsOf: id)
        ends.append(UInt32(bytes.count))
        if ends.count * 2 > slots.count { grow() } else { insert(ends.count - 1) }
        return true
    }

    private mutating func insert(_ row: Int) {
        let mask = slots.count - 1
        let own = range(row)
        var place = bytes.withUnsafeBytes { Self.place(UnsafeRawBufferPointer(rebasing: $0[own]), mask) }
        while slots[place] != 0 { place = (place + 1) & mask }
        slots[place] = UInt32(row + 1)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for row in 0..<ends.count { insert(row) }
    }
}
