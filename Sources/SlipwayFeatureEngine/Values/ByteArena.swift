/// Bytes that stay where they are until the arena is emptied; its memory is kept for the next use.
final class ByteArena {
    private static let blockSize = 1 << 16
    private var blocks: [UnsafeMutableBufferPointer<UInt8>] = []
    private var block = 0
    private var used = 0

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// Forgets everything it holds.
    @inline(__always)
    func removeAll() {
        block = 0
        used = 0
    }

    /// Room for `count` bytes; `commit` says how many are kept.
    @inline(__always)
    func reserve(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if block < blocks.count, blocks[block].count - used >= count, let base = blocks[block].baseAddress {
            return base + used
        }
        return grow(count)
    }

    private func grow(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if block < blocks.count, used > 0 { block += 1 }
        used = 0
        while block < blocks.count, blocks[block].count < count { block += 1 }
        if block >= blocks.count {
            blocks.append(.allocate(capacity: max(Self.blockSize, count)))
            block = blocks.count - 1
        }
        guard let base = blocks[block].baseAddress else { return .allocate(capacity: max(count, 1)) }
        return base
    }

    /// Keeps the first `count` bytes of what `reserve` gave.
    @inline(__always)
    func commit(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        let start = used
        used += count
        return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(blocks[block])[start..<start + count])
    }

    @inline(__always)
    func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let space = reserve(bytes.count)
        if let base = bytes.baseAddress, !bytes.isEmpty { space.update(from: base, count: bytes.count) }
        return commit(bytes.count)
    }

    /// `first`, then `joint`, then `second`.
    @inline(__always)
    func join(
        _ first: UnsafeBufferPointer<UInt8>, _ joint: UInt8, _ second: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        let space = reserve(first.count + 1 + second.count)
        if let base = first.baseAddress { space.update(from: base, count: first.count) }
        space[first.count] = joint
        if let base = second.baseAddress { (space + first.count + 1).update(from: base, count: second.count) }
        return commit(first.count + 1 + second.count)
    }
}
