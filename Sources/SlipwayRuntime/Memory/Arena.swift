import Foundation
import SlipwayCore

/// Memory of one worker's runs: blocks are handed out and given back during a run, and kept for the next.
///
/// When a run needs more than there is, a slab is added; the next run starts with one slab of the whole size, so that a
/// steady load allocates nothing.
struct Arena: ~Copyable {
    private struct Block {
        var address: UnsafeMutableRawPointer
        var bytes: Int
        var slab: Int
    }

    private static let alignment = 64
    private static let smallestSlab = 1 << 16

    private var slabs: [Block] = []
    /// In address order within a slab, slab after slab; neighbours are joined.
    private var free: [Block] = []

    /// Bytes held.
    var capacity: Int { slabs.reduce(0) { $0 + $1.bytes } }

    /// Makes everything free. All blocks handed out before are void.
    mutating func reset() throws {
        if slabs.count > 1 {
            let total = capacity
            for slab in slabs { Foundation.free(slab.address) }
            slabs.removeAll(keepingCapacity: true)
            free.removeAll(keepingCapacity: true)
            try grow(total)
        } else {
            free.removeAll(keepingCapacity: true)
            free.append(contentsOf: slabs)
        }
    }

    /// What a request for `bytes` takes up.
    static func rounded(_ bytes: Int) -> Int { max(bytes + alignment - 1, alignment) / alignment * alignment }

    /// A block of at least `bytes`, on 64 bytes. Throws `outOfRange` when the machine has not got that much.
    mutating func allocate(_ bytes: Int) throws -> UnsafeMutableRawPointer {
        guard bytes <= Int.max / 4 else { throw Self.tooLarge(bytes) }
        let size = Self.rounded(bytes)
        var best = -1
        for index in free.indices where free[index].bytes >= size && (best < 0 || free[index].bytes < free[best].bytes)
        {
            best = index
        }
        if best < 0 {
            try grow(max(size, max(capacity / 2, Self.smallestSlab)))
            best = free.count - 1
        }
        let address = free[best].address
        if free[best].bytes == size {
            free.remove(at: best)
        } else {
            free[best].address += size
            free[best].bytes -= size
        }
        return address
    }

    /// Gives back a block of `bytes` that `allocate` handed out.
    mutating func release(_ address: UnsafeMutableRawPointer, _ bytes: Int) {
        let size = Self.rounded(bytes)
        guard let slab = slabs.firstIndex(where: { address >= $0.address && address < $0.address + $0.bytes }) else {
            return
        }
        var index = 0
        while index < free.count, free[index].slab < slab || (free[index].slab == slab && free[index].address < address)
        {
            index += 1
        }
        let joinsNext = index < free.count && free[index].slab == slab && address + size == free[index].address
        let joinsLast =
            index > 0 && free[index - 1].slab == slab && free[index - 1].address + free[index - 1].bytes == address
        switch (joinsLast, joinsNext) {
        case (true, true):
            free[index - 1].bytes += size + free[index].bytes
            free.remove(at: index)
        case (true, false): free[index - 1].bytes += size
        case (false, true):
            free[index].address = address
            free[index].bytes += size
        case (false, false): free.insert(Block(address: address, bytes: size, slab: slab), at: index)
        }
    }

    private mutating func grow(_ bytes: Int) throws {
        let size = Self.rounded(bytes)
        guard let memory = aligned_alloc(Self.alignment, size) else { throw Self.tooLarge(bytes) }
        let slab = Block(address: memory, bytes: size, slab: slabs.count)
        slabs.append(slab)
        free.append(slab)
    }

    private static func tooLarge(_ bytes: Int) -> SlipwayError {
        SlipwayError(.outOfRange, "the batch needs \(bytes) bytes of memory at once", fix: "use a smaller batch size")
    }

    deinit {
        for slab in slabs { Foundation.free(slab.address) }
    }
}
