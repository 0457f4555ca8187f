import Foundation
import SlipwayCore

/// Sizes of tokenizer vocabularies.
enum TokenizerFile {
    /// Different tokens of a Hugging Face `tokenizer.json`, added tokens included.
    static func bpeRows(_ path: String, feature: String) throws -> Int {
        let parsed = try? JSONSerialization.jsonObject(with: Data(try MappedFile.contents(of: path)))
        guard let root = parsed as? [String: Any], let model = root["model"] as? [String: Any],
            let words = model["vocab"] as? [String: Any]
        else {
            throw SlipwayError(
                .corrupt, "\(path) is not a tokenizer.json with model.vocab",
                fix: "give feature \(feature) a Hugging Face tokenizer file, or set tokenizer_type")
        }
        let added = (root["added_tokens"] as? [[String: Any]] ?? []).compactMap { $0["content"] as? String }
        return words.count + Set(added).count { words[$0] == nil }
    }

    /// Pieces of a sentencepiece `.model`: the repeated field 1 of its protobuf message.
    static func sentencePieceRows(_ path: String, feature: String) throws -> Int {
        var reader = ProtobufFields(bytes: try MappedFile.contents(of: path))
        var pieces = 0
        while let field = reader.next() {
            if field == 1 { pieces += 1 }
        }
        guard reader.isWhole, pieces > 0 else {
            throw SlipwayError(
                .corrupt, "\(path) is not a sentencepiece model (byte \(reader.position))",
                fix: "give feature \(feature) a .model file, or set tokenizer_type")
        }
        return pieces
    }
}

/// Walks the top-level fields of a protobuf message.
private struct ProtobufFields {
    let bytes: [UInt8]
    private(set) var position = 0
    private(set) var isWhole = true

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The next field's number; nil at the end or at the first byte that is not protobuf.
    mutating func next() -> UInt64? {
        guard position < bytes.count else { return nil }
        guard let tag = varint() else { return fail() }
        let size: UInt64?
        switch tag & 7 {
        case 0: size = varint().map { _ in 0 }
        case 1: size = 8
        case 2: size = varint()
        case 5: size = 4
        default: size = nil
        }
        guard let size, size <= UInt64(bytes.count - position), tag >> 3 != 0 else { return fail() }
        position += Int(size)
        return tag >> 3
    }

    private mutating func fail() -> UInt64? {
        isWhole = false
        return nil
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}
