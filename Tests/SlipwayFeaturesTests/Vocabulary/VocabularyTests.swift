import Foundation
import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatures

@Suite struct VocabularyTests {
    @Test(arguments: [
        ("a\nb\nc\n", 3), ("a\nb\na", 2), ("a 5\r\nb\r\n", 6), ("a  2 \n\u{1c}b\t0", 3), ("裙 7", 8),
    ])
    func rows(_ text: String, _ rows: Int) throws {
        let folder = try TemporaryFolder()
        #expect(try VocabularyFile.rows(folder.write(text, to: "v"), feature: "f") == rows)
    }

    @Test(arguments: [
        ("a\n\nb", ":2: line is blank"), ("a x", ":1: line has no whole number"), ("", "the file is empty"),
        ("a 99999999999999999999", "no whole number"), ("a b 3", "no whole number"),
    ])
    func unreadable(_ text: String, _ message: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "v")
        #expect(errorText { _ = try VocabularyFile.rows(path, feature: "f") }?.contains(message) == true)
    }

    @Test func bpe() throws {
        let folder = try TemporaryFolder()
        let json = """
            {"added_tokens": [{"content": "a"}, {"content": "<x>"}, {"content": "<x>"}], "model": {"vocab": {"a": 0, "b": 1}}}
            """
        #expect(try TokenizerFile.bpeRows(folder.write(json, to: "t"), feature: "f") == 3)
        let broken = try folder.write("{\"model\": 3", to: "u")
        #expect(errorText { _ = try TokenizerFile.bpeRows(broken, feature: "f") }?.contains("model.vocab") == true)
    }

    @Test func sentencePiece() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/m"
        // Two pieces (field 1, bytes), a spec (field 2, bytes), and a varint, 32-bit and 64-bit field.
        let good: [UInt8] = [
            0x0a, 1, 9, 0x0a, 0, 0x12, 2, 1, 2, 0x18, 0x80, 1, 0x25, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        try Data(good).write(to: URL(fileURLWithPath: path))
        #expect(try TokenizerFile.sentencePieceRows(path, feature: "f") == 2)
        for bad in [
            good + [0x0a, 9], good + [0x0a], [0x0b], [], [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            try Data(bad as [UInt8]).write(to: URL(fileURLWithPath: path))
            #expect(
                errorText { _ = try TokenizerFile.sentencePieceRows(path, feature: "f") }?.contains(
                    "not a sentencepiece") == true)
        }
    }
}
