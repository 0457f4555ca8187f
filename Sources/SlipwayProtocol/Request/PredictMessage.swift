import SlipwayCore

/// A `PBRequest` as places in its bytes: nothing is copied, no value becomes an object. Its arrays are used again.
///
/// Source: `torchrec_predict.proto` of eas-prediction 0.36.
package struct PredictMessage {
    /// Which of the request's maps a feature stood in.
    package enum Origin: UInt8, Sendable { case user, context, item }

    /// One value: which arm, and where its payload lies.
    package struct Value {
        package let arm: FeatureArm
        package let start: Int
        package let count: Int

        package init(arm: FeatureArm, start: Int, count: Int) {
            self.arm = arm
            self.start = start
            self.count = count
        }

        package var range: Range<Int> { start..<start + count }
    }

    /// A named column of the request: one value for user features, one an item for the others.
    package struct Feature {
        package let name: Range<Int>
        package let origin: Origin
        /// Indices into `values`.
        package let values: Range<Int>
    }

    package private(set) var debugLevel = 0
    package private(set) var neighbourCount = 0
    package private(set) var itemIDs: [Range<Int>] = []
    package private(set) var features: [Feature] = []
    package private(set) var values: [Value] = []
    /// Keys and values of `meta_data`.
    package private(set) var metadata: [(key: Range<Int>, value: Range<Int>)] = []

    package init() {}

    /// Reads a message. Throws `corrupt` naming the byte.
    package mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
        debugLevel = 0
        neighbourCount = 0
        itemIDs.removeAll(keepingCapacity: true)
        features.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        metadata.removeAll(keepingCapacity: true)
        guard bytes.count < Int(UInt32.max) else { throw SlipwayError(.corrupt, "the message is over 4 GB") }
        var scan = ProtoScanner(bytes)
        while let field = try scan.next() {
            switch field.number {
            case 1 where field.wireType == 0: debugLevel = Int(Int32(truncatingIfNeeded: try scan.varint()))
            case 5 where field.wireType == 0: neighbourCount = Int(Int32(truncatingIfNeeded: try scan.varint()))
            case 2: try readFeature(bytes, try scan.delimited(field), .user)
            case 3: itemIDs.append(try scan.delimited(field))
            case 4: try readFeature(bytes, try scan.delimited(field), .context)
            case 6: try readFeature(bytes, try scan.delimited(field), .item)
            case 7: metadata.append(try ProtoScanner.entry(bytes, try scan.delimited(field)))
            default: try scan.skip(field)
            }
        }
    }

    private mutating func readFeature(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ origin: Origin) throws {
        let (name, body) = try ProtoScanner.entry(bytes, range)
        let first = values.count
        if origin == .user {
            values.append(try Self.value(bytes, body))
        } else {
            var scan = ProtoScanner(bytes, body)
            while let field = try scan.next() {
                if field.number == 1 {
                    values.append(try Self.value(bytes, try scan.delimited(field)))
                } else {
                    try scan.skip(field)
                }
            }
        }
        features.append(Feature(name: name, origin: origin, values: first..<values.count))
    }

    /// The value of one `PBFeature`; the last arm counts.
    @inline(__always)
    private static func value(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> Value {
        var scan = ProtoScanner(bytes, range)
        var found = Value(arm: .missing, start: 0, count: 0)
        while let field = try scan.next() {
            guard (1...30).contains(field.number) else {
                try scan.skip(field)
                continue
            }
            let arm = FeatureArm(UInt8(field.number))
            guard field.wireType == arm.wireType else {
                throw scan.malformed("wire type \(field.wireType) in arm \(field.number) of a feature")
            }
            let start = scan.position
            if arm.wireType == 2 {
                let payload = try scan.delimited()
                found = Value(arm: payload.isEmpty ? .missing : arm, start: payload.lowerBound, count: payload.count)
            } else {
                try scan.skip(field)
                found = Value(arm: arm, start: start, count: scan.position - start)
            }
        }
        return found
    }
}
