import SlipwayCore

/// What a `ModelInferRequest` says of where it goes: read before the rest, which is long.
package struct InferenceHead: Sendable, Equatable {
    package private(set) var modelName = ""
    package private(set) var modelVersion = ""
    package private(set) var id = ""

    /// Bytes of a compressed message in which the head is looked for.
    package static let prefixBytes = 8192

    /// Reads the head of a message, tensors passed over. Throws `corrupt` naming the byte.
    ///
    /// - Parameter isPrefix: whether the bytes are the beginning of a message only, which ends where it ends.
    package init(_ bytes: UnsafeRawBufferPointer, isPrefix: Bool = false) throws {
        var scan = ProtoScanner(bytes)
        do {
            while let field = try scan.next() {
                switch field.number {
                case 1: modelName = String(decoding: bytes[try scan.delimited(field)], as: UTF8.self)
                case 2: modelVersion = String(decoding: bytes[try scan.delimited(field)], as: UTF8.self)
                case 3: id = String(decoding: bytes[try scan.delimited(field)], as: UTF8.self)
                default: try scan.skip(field)
                }
            }
        } catch  where isPrefix {}
    }

    /// Reads the head of a message that may be compressed, of which then only the first bytes are looked at: writers put
    /// fields in the order of their numbers.
    package init(_ bytes: UnsafeRawBufferPointer, _ encoding: BodyEncoding) throws {
        guard encoding != .identity else {
            try self.init(bytes)
            return
        }
        let prefix = try Inflate.prefix(bytes, count: Self.prefixBytes)
        let found = try prefix.withUnsafeBytes { try InferenceHead($0, isPrefix: true) }
        guard !found.modelName.isEmpty else {
            throw SlipwayError(
                .corrupt, "the first \(prefix.count) bytes of the decompressed message hold no model_name",
                fix: "write the fields of ModelInferRequest in the order of their numbers")
        }
        self = found
    }
}
