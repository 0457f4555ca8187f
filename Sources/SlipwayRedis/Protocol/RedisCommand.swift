import CSlipwayRedis

/// A command as it goes over the wire.
package struct RedisCommand: Sendable {
    package let bytes: [UInt8]
    /// The slot of its key, for clusters; nil where it has none.
    let slot: Int?

    /// - Parameter key: which argument is the key; nil for a command of no key.
    package init(_ arguments: [[UInt8]], key: Int? = nil) {
        slot = key.map { RedisSlot.of(arguments[$0]) }
        let lengths = arguments.map(\.count)
        let flat = arguments.flatMap { $0 }
        bytes = flat.withUnsafeBytes { flat in
            var starts: [UnsafePointer<CChar>?] = []
            var start = 0
            for length in lengths {
                // An empty text has a place too, which is not read.
                starts.append(Self.place(flat, start))
                start += length
            }
            var formatted: UnsafeMutablePointer<CChar>?
            let count = redisFormatCommandArgv(&formatted, Int32(arguments.count), &starts, lengths)
            defer { redisFreeCommand(formatted) }
            guard count > 0, let formatted else { return [] }
            return Array(UnsafeRawBufferPointer(start: formatted, count: Int(count)))
        }
    }

    package init(_ words: [String], key: Int? = nil) { self.init(words.map { Array($0.utf8) }, key: key) }

    private static func place(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> UnsafePointer<CChar>? {
        guard start < bytes.count else { return UnsafePointer(empty) }
        return bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
    }

    nonisolated(unsafe) private static let empty: UnsafeMutablePointer<CChar> = {
        let place = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        place.pointee = 0
        return place
    }()
}
