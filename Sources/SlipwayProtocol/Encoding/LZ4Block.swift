import CSlipwaySystem
import SlipwayCore

/// A raw LZ4 block, which does not say how long it becomes.
enum LZ4Block {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        guard !bytes.isEmpty else { throw BodyEncoding.lz4.broken("it ends too early") }
        // The library counts in 32 bits.
        guard bytes.count <= Int(LZ4_MAX_INPUT_SIZE) else { throw BodyEncoding.tooLarge(limit) }
        let limit = min(limit, Int(LZ4_MAX_INPUT_SIZE))
        if let body = whole(bytes, capacity: min(limit, bytes.count * 4)) { return body }
        // A byte stands for 255 at most.
        let most = bytes.count * 255
        if most <= limit {
            guard let body = whole(bytes, capacity: most) else { throw BodyEncoding.lz4.broken("damaged block") }
            return body
        }
        guard let body = whole(bytes, capacity: limit) else {
            throw fills(bytes, capacity: limit)
                ? BodyEncoding.tooLarge(limit) : BodyEncoding.lz4.broken("damaged block")
        }
        return body
    }

    /// Nil for a block that is damaged or needs more room.
    private static func whole(_ bytes: UnsafeRawBufferPointer, capacity: Int) -> [UInt8]? {
        var isWhole = false
        let body = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let written = buffer.withMemoryRebound(to: CChar.self) {
                LZ4_decompress_safe(
                    bytes.assumingMemoryBound(to: CChar.self).baseAddress, $0.baseAddress, Int32(bytes.count),
                    Int32(capacity))
            }
            isWhole = written >= 0
            count = Int(max(written, 0))
        }
        return isWhole ? body : nil
    }

    /// Whether the block, sound so far, fills all the room.
    private static func fills(_ bytes: UnsafeRawBufferPointer, capacity: Int) -> Bool {
        var isFull = false
        _ = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, _ in
            let written = buffer.withMemoryRebound(to: CChar.self) {
                LZ4_decompress_safe_partial(
                    bytes.assumingMemoryBound(to: CChar.self).baseAddress, $0.baseAddress, Int32(bytes.count),
                    Int32(capacity), Int32(capacity))
            }
            isFull = Int(written) == capacity
        }
        return isFull
    }
}
