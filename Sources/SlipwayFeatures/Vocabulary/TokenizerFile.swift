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
        var reader = ProtoReader(try MappedFile.contents(of: path))
        var pieces = 0
        while let field = reader.next() {
            if field.number == 1 { pieces += 1 }
        }
        guard reader.isWhole, pieces > 0 else {
            throw SlipwayError(
                .corrupt, "\(path) is not a sentencepiece model (byte \(reader.position))",
                fix: "give feature \(feature) a .model file, or set tokenizer_type")
        }
        return pieces
    }
}
