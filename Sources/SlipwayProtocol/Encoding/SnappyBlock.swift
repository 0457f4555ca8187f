import CSlipwaySystem
import SlipwayCore

/// Snappy's raw block, which begins with the decoded length.
enum SnappyBlock {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        let source = bytes.assumingMemoryBound(to: CChar.self).baseAddress
        var length = 0
        guard snappy_uncompressed_length(source, bytes.count, &length) == SNAPPY_OK else {
            throw BodyEncoding.snappy.broken("no length in front")
        }
        guard length <= limit else { throw BodyEncoding.tooLarge(limit) }
        return try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            let status = buffer.withMemoryRebound(to: CChar.self) {
                snappy_uncompress(source, bytes.count, $0.baseAddress, &length)
            }
            guard status == SNAPPY_OK else { throw BodyEncoding.snappy.broken("damaged block") }
            count = length
        }
    }
}
