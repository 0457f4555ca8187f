import SlipwayCore

/// `PBLogData`: one logged request with its features before and after generation.
package enum LogRecord {
    /// The record as it stands in a log file: its length, then the message.
    package static func delimited(
        request: [UInt8], rawFeatures: [(id: String, text: String)], generatedFeatures: [(id: String, text: String)]
    ) -> [UInt8] {
        var message = ProtoWriter(capacity: request.count + 64)
        message.delimited(1, request)
        for entry in rawFeatures { message.entry(2, entry.id, entry.text) }
        for entry in generatedFeatures { message.entry(3, entry.id, entry.text) }
        var framed = ProtoWriter(capacity: message.bytes.count + 5)
        framed.varint(UInt64(message.bytes.count))
        message.bytes.withUnsafeBytes { framed.raw($0) }
        return framed.bytes
    }

    /// The requests of a file: length-delimited records, or one `PBLogData` or `PBRequest` alone.
    ///
    /// Throws `corrupt` for anything else. A record cut short at the end, as after a crash, is left out.
    package static func requests(in file: UnsafeRawBufferPointer) throws -> [Range<Int>] {
        guard let first = file.first else { return [] }
        // A PBRequest's field 1 is a number; a PBLogData's is the request.
        if let records = delimitedRequests(file) { return records }
        if first == 0x0a, let request = try? request(in: file, 0..<file.count) { return [request] }
        var message = PredictMessage()
        try message.read(file)
        return [0..<file.count]
    }

    private static func delimitedRequests(_ file: UnsafeRawBufferPointer) -> [Range<Int>]? {
        var scan = ProtoScanner(file)
        var found: [Range<Int>] = []
        while !scan.isAtEnd {
            let start = scan.position
            guard let record = try? scan.delimited() else {
                // Cut short: only a last record may be.
                return found.isEmpty || start == 0 ? nil : found
            }
            guard let request = try? request(in: file, record) else { return nil }
            found.append(request)
        }
        return found
    }

    private static func request(in file: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> Range<Int> {
        var scan = ProtoScanner(file, range)
        var found: Range<Int>?
        while let field = try scan.next() {
            if field.number == 1 { found = try scan.delimited(field) } else { try scan.skip(field) }
        }
        guard let found else { throw SlipwayError(.corrupt, "the record has no request") }
        return found
    }
}
