import CSlipwayText

/// Finds the pairs of one input by key; made again only when the input was read anew.
final class PairIndex {
    private var version = -1
    /// Place of a pair plus one, by hash; 0 is free.
    private var places: [Int32] = []
    private var mask = 0

    /// The row's index over the pairs of `input`.
    static func current(_ row: OperatorRow, input: Int) -> PairIndex {
        let index: PairIndex
        if let known = row.memory as? PairIndex {
            index = known
        } else {
            index = PairIndex()
            row.memory = index
        }
        if index.version != row.versions[input] {
            index.version = row.versions[input]
            index.build(row[input], row.arena)
        }
        return index
    }

    private func build(_ pairs: UnsafeBufferPointer<Token>, _ arena: ByteArena) {
        var capacity = 16
        while capacity < pairs.count { capacity *= 2 }
        if places.count == capacity {
            for index in places.indices { places[index] = 0 }
        } else {
            places = Array(repeating: 0, count: capacity)
        }
        mask = capacity - 1
        for place in stride(from: 0, to: pairs.count - 1, by: 2) {
            let slot = slot(pairs[place].text(in: arena), pairs, arena)
            places[slot] = Int32(truncatingIfNeeded: place + 1)
        }
    }

    private func slot(
        _ key: UnsafeBufferPointer<UInt8>, _ pairs: UnsafeBufferPointer<Token>, _ arena: ByteArena
    ) -> Int {
        var slot = Int(truncatingIfNeeded: slipway_hash_murmur(key.baseAddress, key.count)) & mask
        while places[slot] != 0, !Bytes.areEqual(pairs[Int(places[slot]) - 1].text(in: arena), key) {
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Where the key's pair begins; -1 for none.
    func find(_ key: UnsafeBufferPointer<UInt8>, _ pairs: UnsafeBufferPointer<Token>, _ arena: ByteArena) -> Int {
        Int(places[slot(key, pairs, arena)]) - 1
    }
}
