import Foundation
import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatureEngine

/// Tokenizers against the ids that the Python packages tokenizers and sentencepiece give; see
/// scripts/make_tokenizer_fixtures.py.
@Suite struct TokenizerTests {
    private static let folder = Bundle.module.resourceURL?.appendingPathComponent("Fixtures").path ?? ""

    private struct Expected: Decodable {
        let texts: [String]
        let bpe: [[Int64]]
        let unigram: [[Int64]]
        let unigramBytes: [[Int64]]
        let piecesBpe: [[Int64]]
    }

    private static func expected() throws -> Expected {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Expected.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/tokens.json")))
    }

    private func compare(_ tokenizer: any Tokenizer, _ texts: [String], _ expected: [[Int64]]) {
        #expect(texts.count == expected.count)
        for (text, ids) in zip(texts, expected) {
            var found: [Int64] = []
            var text = text
            text.withUTF8 { tokenizer.encode($0) { found.append($0) } }
            #expect(found == ids, "\(text.debugDescription)")
        }
    }

    @Test func byteLevelBPE() throws {
        let expected = try Self.expected()
        compare(try BPETokenizer(path: Self.folder + "/bpe.json"), expected.texts, expected.bpe)
    }

    @Test func sentencePieces() throws {
        let expected = try Self.expected()
        for (name, ids) in [
            ("unigram", expected.unigram), ("unigram_bytes", expected.unigramBytes),
            ("pieces_bpe", expected.piecesBpe),
        ] {
            compare(try SentencePieceTokenizer(path: "\(Self.folder)/\(name).model"), expected.texts, ids)
        }
    }

    /// A user-defined piece without text is found nowhere; the ids of the others stay.
    @Test func emptyUserDefinedPiece() throws {
        let expected = try Self.expected()
        let folder = try TemporaryFolder()
        var model = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/unigram.model"))
        // ModelProto.pieces: text "", type USER_DEFINED.
        model += [0x0a, 4, 0x0a, 0, 0x18, 4]
        try model.write(to: URL(fileURLWithPath: folder.path("empty.model")))
        compare(try SentencePieceTokenizer(path: folder.path("empty.model")), expected.texts, expected.unigram)
    }

    /// The feature cuts whole texts, its default included, and nothing at separators.
    @Test func tokenizeFeature() throws {
        let expected = try Self.expected()
        let keys =
            "\"expression\": \"item:t\", \"vocab_file\": \"bpe.json\", \"tokenizer_type\": \"bpe\", \"output_type\": \"word_id\""
        let options = FeatureEngine.Options(assetDirectory: Self.folder)
        let result = try FeatureCase.generate(
            "tokenize_feature", "\(keys), \"default_value\": \"a\"",
            [("t", .string([expected.texts[0], nil, "a\u{1d}a"]))],
            options: options)
        let a = try #require(expected.bpe[10].first)
        #expect(Array(result.ids.prefix(expected.bpe[0].count)) == expected.bpe[0])
        #expect(result.lengths[..<2] == [Int32(expected.bpe[0].count), 1])
        #expect(result.ids[expected.bpe[0].count] == a)
        let steps = try FeatureCase.generate(
            "sequence_tokenize_feature", "\(keys), \"default_value\": \"a\", \"sequence_delim\": \";\"",
            [("t", .string(["\(expected.texts[0]);a", ""]))], options: options)
        #expect(steps.ids == expected.bpe[0] + [a, a])
        #expect(steps.keyLengths == [Int32(expected.bpe[0].count), 1, 1])
    }

    @Test func badFiles() throws {
        let folder = try TemporaryFolder()
        let model = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/unigram.model"))
        try model.prefix(200).write(to: URL(fileURLWithPath: folder.path + "/cut.model"))
        for (name, text, problem) in [
            ("a.json", "{", "is no JSON"), ("b.json", "{}", "is not a tokenizer.json with a BPE model"),
            ("c.json", "{\"model\": {\"vocab\": {\"a\": 0}}}", "has no merges"),
            ("d.json", "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]}}", "merge 0 names no pieces"),
            ("e.json", "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}}", "has no ByteLevel pre-tokenizer"),
            ("f.json", "{\"model\": {\"vocab\": {\"a\": \"x\"}, \"merges\": []}}", "the piece \"a\" has no id"),
            (
                "g.json",
                "{\"normalizer\": {\"type\": \"Odd\"}, \"model\": {\"vocab\": {}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"ByteLevel\"}}",
                "the normalizer Odd is not known"
            ),
        ] {
            let path = try folder.write(text, to: name)
            #expect(try #require(errorText { _ = try BPETokenizer(path: path) }).contains(problem), "\(name)")
        }
        for name in ["cut.model", "a.json"] {
            let text = try #require(errorText { _ = try SentencePieceTokenizer(path: folder.path + "/" + name) })
            #expect(text.contains("\(name) "), "\(text)")
        }
        #expect(
            FeatureCase.problem("tokenize_feature", "\"expression\": \"item:t\", \"vocab_file\": \"/nowhere/x.json\"")
                .contains("/nowhere/x.json does not exist (feature f, vocab_file)"))
    }
}
