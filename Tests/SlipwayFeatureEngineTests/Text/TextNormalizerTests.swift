import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatureEngine

@Suite struct TextNormalizerTests {
    private func normalize(_ keys: String, _ text: String) throws -> String {
        let result = try FeatureCase.generate(
            "text_normalizer", "\"expression\": \"item:t\"\(keys.isEmpty ? "" : ", ")\(keys)", [("t", .string([text]))])
        return result.texts.first ?? ""
    }

    /// 2 upper, 4 lower, 8 half width, 16 simplified, 32 filter, 512 split.
    @Test(arguments: [
        ("\"parameter\": 2", "Abc é", "ABC É"), ("\"parameter\": 4", "ABC É", "abc é"),
        ("\"parameter\": 8", "Ａ１！　", "A1! "),
        ("\"parameter\": 16", "漢語", "汉语"), ("\"parameter\": 32", "a-b, c!😀", "ab c"),
        ("\"parameter\": 512", "裙子ab子", "裙 子 ab 子 "),
        ("", "Ａb-漢", "AB汉"), ("\"parameter\": 0, \"remove_space\": true", "a b\u{3000}c", "abc"),
        ("\"parameter\": 2, \"max_length\": 3", "abcd", "abcd"),
        ("\"parameter\": 2, \"max_length\": 4", "abcd", "ABCD"),
        ("\"parameter\": 2", "straße", "STRAßE"),
    ])
    func options(_ keys: String, _ text: String, _ expected: String) throws {
        #expect(try normalize(keys, text) == expected)
    }

    @Test func stopCharactersOfAFile() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("x\ny\n", to: "stop")
        #expect(try normalize("\"parameter\": 32, \"stop_char_file\": \"\(folder.path)/stop\"", "xa-yb") == "a-b")
        #expect(
            FeatureCase.problem("text_normalizer", "\"expression\": \"item:t\", \"stop_char_file\": \"/nowhere/stop\"")
                .contains("/nowhere/stop does not exist (feature f, stop_char_file)"))
    }
}
