extension PredictMessage {
    /// The ids of a `PBRequest`'s items alone, without reading its features. Throws `corrupt` naming the byte.
    package static func itemIDs(of body: [UInt8]) throws -> [String] {
        try body.withUnsafeBytes { bytes in
            var ids: [String] = []
            var scan = ProtoScanner(bytes)
            while let field = try scan.next() {
                if field.number == 3 {
                    ids.append(String(decoding: bytes[try scan.delimited(field)], as: UTF8.self))
                } else {
                    try scan.skip(field)
                }
            }
            return ids
        }
    }
}
