/// A decoded body that grows as a stream decoder fills it, up to a limit.
enum GrowingBody {
    /// What a decoder made of the room it was given.
    struct Step {
        /// Bytes put into the room.
        let written: Int
        /// Whether the stream is whole.
        let isDone: Bool
        /// Whether the decoder took input or wrote output; without either the stream ends too early.
        let hasMoved: Bool
    }

    /// Runs `step` on ever new room until the stream is whole. Throws what `step` throws, `tooLarge` beyond the limit, and
    /// `broken` for a stream that goes no further.
    ///
    /// - Parameters:
    ///   - encodedBytes: length of the input.
    ///   - limit: bytes of the decoded body at most.
    static func decode(
        _ encoding: BodyEncoding, encodedBytes: Int, limit: Int, _ step: (UnsafeMutableRawBufferPointer) throws -> Step
    ) throws -> [UInt8] {
        var out: [UInt8] = []
        let chunk = min(max(encodedBytes * 4, 4096), 1 << 20)
        while true {
            let filled = out.count
            guard filled <= limit else { throw BodyEncoding.tooLarge(limit) }
            let room = min(chunk, limit + 1 - filled)
            out.append(contentsOf: repeatElement(0, count: room))
            let made = try out.withUnsafeMutableBytes {
                try step(UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
            out.removeLast(room - made.written)
            if made.isDone {
                guard out.count <= limit else { throw BodyEncoding.tooLarge(limit) }
                return out
            }
            guard made.hasMoved else { throw encoding.broken("it ends too early") }
        }
    }
}
