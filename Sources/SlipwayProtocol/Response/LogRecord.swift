import SlipwayCore

/// `PBLogData`: one logged request with its features before and after generation.
///
/// A record also tells when its request arrived, in a field of ours that other readers pass over: upstream's message has no
/// time in it.
package struct LogRecord: Sendable, Equatable {
    /// The `PBRequest`.
    package var request: [UInt8]
    /// By item id, in the order of the log.
    package var rawFeatures: [FeatureText]
    package var generatedFeatures: [FeatureText]
    /// When the request arrived, in microseconds since 1970; nil in logs that others wrote.
    package var arrivalUs: UInt64?

    /// The features of one row as text.
    package struct FeatureText: Sendable, Equatable {
        package let id: String
        package let text: String

        package init(id: String, text: String) {
            self.id = id
            self.text = text
        }

        /// Reads an entry of a map from id to text.
        init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws {
            let (key, value) = try ProtoScanner.entry(bytes, range)
            id = String(decoding: bytes[key], as: UTF8.self)
            text = String(decoding: bytes[value], as: UTF8.self)
        }
    }

    package init(
        request: [UInt8], rawFeatures: [FeatureText] = [], generatedFeatures: [FeatureText] = [],
        arrivalUs: UInt64? = nil
    ) {
        self.request = request
        self.rawFeatures = rawFeatures
        self.generatedFeatures = generatedFeatures
        self.arrivalUs = arrivalUs
    }

    /// Far above upstream's numbers, which count up from 1. The value has a fixed size.
    private static let arrivalField = 1000

    /// The record as it stands in a log file: its length, then the message.
    package func delimited() -> [UInt8] {
        var message = ProtoWriter(capacity: request.count + 64)
        message.delimited(1, request)
        for entry in rawFeatures { message.entry(2, entry.id, entry.text) }
        for entry in generatedFeatures { message.entry(3, entry.id, entry.text) }
        if let arrivalUs { message.fixed64(Self.arrivalField, arrivalUs) }
        var framed = ProtoWriter(capacity: message.bytes.count + 5)
        framed.varint(UInt64(message.bytes.count))
        message.bytes.withUnsafeBytes { framed.raw($0) }
        return framed.bytes
    }

    /// Reads the message at `place` of a file. Throws `corrupt` when it is none, or has no request.
    package init(in file: UnsafeRawBufferPointer, at place: Place) throws {
        guard case .record(let range) = place.kind else {
            self.init(request: Array(file[place.request]))
            return
        }
        self.init(request: [])
        var scan = ProtoScanner(file, range)
        var hasRequest = false
        while let field = try scan.next() {
            switch field.number {
            case 1:
                request = Array(file[try scan.delimited(field)])
                hasRequest = true
            case 2: rawFeatures.append(try FeatureText(file, try scan.delimited(field)))
            case 3: generatedFeatures.append(try FeatureText(file, try scan.delimited(field)))
            case Self.arrivalField where field.wireType == 1: arrivalUs = try scan.fixed64()
            default: try scan.skip(field)
            }
        }
        guard hasRequest else { throw SlipwayError(.corrupt, "the record has no request") }
    }
}

extension LogRecord {
    /// Where a record, or a request alone, lies in a file.
    package struct Place: Sendable, Equatable {
        fileprivate enum Kind: Equatable {
            case record(Range<Int>)
            case request
        }

        fileprivate let kind: Kind
        /// The `PBRequest`'s bytes.
        package let request: Range<Int>
        package let arrivalUs: UInt64?
    }

    /// The requests of a file: length-delimited records, or one `PBLogData` or `PBRequest` alone.
    ///
    /// Throws `corrupt` for anything else. A record cut short at the end, as after a crash, is left out.
    package static func places(in file: UnsafeRawBufferPointer) throws -> [Place] {
        guard let first = file.first else { return [] }
        // A PBRequest's field 1 is a number; a PBLogData's is the request.
        if let records = delimitedRecords(file) { return records }
        if first == 0x0a, let record = try? record(in: file, 0..<file.count) { return [record] }
        var message = PredictMessage()
        try message.read(file)
        return [Place(kind: .request, request: 0..<file.count, arrivalUs: nil)]
    }

    private static func delimitedRecords(_ file: UnsafeRawBufferPointer) -> [Place]? {
        var scan = ProtoScanner(file)
        var found: [Place] = []
        while !scan.isAtEnd {
            let start = scan.position
            guard let range = try? scan.delimited() else {
                // Cut short: only a last record may be.
                return found.isEmpty || start == 0 ? nil : found
            }
            guard let record = try? record(in: file, range) else { return nil }
            found.append(record)
        }
        return found
    }

    private static func record(in file: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> Place {
        var scan = ProtoScanner(file, range)
        var request: Range<Int>?
        var arrival: UInt64?
        while let field = try scan.next() {
            switch field.number {
            case 1: request = try scan.delimited(field)
            case arrivalField where field.wireType == 1: arrival = try scan.fixed64()
            default: try scan.skip(field)
            }
        }
        guard let request else { throw SlipwayError(.corrupt, "the record has no request") }
        return Place(kind: .record(range), request: request, arrivalUs: arrival)
    }
}
