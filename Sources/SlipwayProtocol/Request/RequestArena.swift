/// Memory for the columns of one request, given back all at once. For one worker.
///
/// `@unchecked Sendable`: columns hold on to it, and only the worker that owns it writes.
package final class RequestArena: @unchecked Sendable {
    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var block = 0
    private var used = 0
    private static let blockBytes = 1 << 18

    package init() {}

    /// Memory for `count` elements, 16-byte aligned, valid until `reset`.
    package func allocate<T: BitwiseCopyable>(_: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        let bytes = (max(count, 1) * MemoryLayout<T>.stride + 15) / 16 * 16
        while block < blocks.count, blocks[block].count - used < bytes {
            block += 1
            used = 0
        }
        if block == blocks.count {
            blocks.append(.allocate(byteCount: max(bytes, Self.blockBytes), alignment: 64))
            used = 0
        }
        defer { used += bytes }
        guard let base = blocks[block].baseAddress else { return .allocate(capacity: count) }
        return (base + used).bindMemory(to: T.self, capacity: count)
    }

    /// Everything allocated so far is free again. Blocks beyond the first four are returned to the system.
    package func reset() {
        while blocks.count > 4 { blocks.removeLast().deallocate() }
        block = 0
        used = 0
    }

    deinit { for block in blocks { block.deallocate() } }
}
