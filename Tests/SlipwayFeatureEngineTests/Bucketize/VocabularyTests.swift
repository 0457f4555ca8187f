import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatureEngine

@Suite struct VocabularyTests {
    private func id(_ vocabulary: Vocabulary, _ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { vocabulary.id($0) }
    }

    @Test func manyWordsAreFound() {
        let words = (0..<5000).map { (word: Array("word\($0)".utf8), id: Int64($0 * 3)) }
        let vocabulary = Vocabulary(words + [(Array("word7".utf8), 1), ([], 9)])
        for index in 0..<5000 where index != 7 { #expect(id(vocabulary, "word\(index)") == Int64(index * 3)) }
        #expect(id(vocabulary, "word7") == 1)
        #expect(id(vocabulary, "") == 9)
        #expect(id(vocabulary, "word5000") == nil)
        #expect(id(Vocabulary([]), "a") == nil)
    }

    private func read(_ text: String) throws -> [String] {
        let folder = try TemporaryFolder()
        return try VocabularyReader.read(folder.write(text, to: "v")).map {
            "\(String(decoding: $0.word, as: UTF8.self))=\($0.id)"
        }
    }

    @Test func filesOfWordsAndOfPairs() throws {
        #expect(try read("a\nb c\r\nd\n") == ["a=0", "b c=1", "d=2"])
        #expect(try read("a 5\nb c 7\n\td 9") == ["a=5", "b c=7", "\td=9"])
        #expect(try read("  0\na 1\n") == ["=0", "a=1"])
    }
}
