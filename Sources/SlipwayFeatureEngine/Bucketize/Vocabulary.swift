import CSlipwayText
import SlipwayCore

/// Words and their ids, found by bytes without making a string.
///
/// `@unchecked Sendable`: nothing changes after `init`.
final class Vocabulary: @unchecked Sendable {
    private struct Slot {
        var hash: UInt64 = 0
        var start: UInt32 = 0
        /// Length plus one; 0 marks a free slot.
        var size: UInt32 = 0
        var id: Int64 = 0
    }

    private let slots: UnsafeMutableBufferPointer<Slot>
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let mask: Int

    /// - Parameter words: of a word that comes twice the later id counts.
    init(_ words: [(word: [UInt8], id: Int64)]) {
        var capacity = 16
        while capacity < words.count * 2 { capacity *= 2 }
        mask = capacity - 1
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot())
        bytes = .allocate(capacity: max(1, words.reduce(0) { $0 + $1.word.count }))
        bytes.initialize(repeating: 0)
        var used = 0
        for (word, id) in words {
            word.withUnsafeBufferPointer { text in
                let hash = slipway_hash_murmur(text.baseAddress, text.count)
                let place = find(text, hash)
                if slots[place].size == 0 {
                    for (offset, byte) in text.enumerated() { bytes[used + offset] = byte }
                    slots[place] = Slot(hash: hash, start: UInt32(used), size: UInt32(text.count + 1), id: id)
                    used += text.count
                } else {
                    slots[place].id = id
                }
            }
        }
    }

    deinit {
        slots.deallocate()
        bytes.deallocate()
    }

    /// The id of `text`, or nil.
    @inline(__always)
    func id(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let slot = slots[find(text, slipway_hash_murmur(text.baseAddress, text.count))]
        return slot.size == 0 ? nil : slot.id
    }

    /// The slot that holds `text`, or the free one where it would go.
    private func find(_ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[place]
            if slot.size == 0 { return place }
            if slot.hash == hash, Int(slot.size) - 1 == text.count {
                let word = UnsafeBufferPointer(rebasing: bytes[Int(slot.start)..<Int(slot.start) + text.count])
                if Bytes.areEqual(word, text) { return place }
            }
            place = (place + 1) & mask
        }
    }
}
