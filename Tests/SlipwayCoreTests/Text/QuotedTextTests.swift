import SlipwayCore
import Testing

@Suite struct QuotedTextTests {
    private func read(_ text: String) throws -> (text: String, position: Int) {
        var position = 0
        let found = try QuotedText.read(Array(text.utf8), at: &position)
        return (found, position)
    }

    @Test func controlCharactersAreEscaped() {
        #expect(QuotedText.written("a\"b\\c\n\r\t\u{1}ü|") == #""a\"b\\c\n\r\t\u0001ü|""#)
    }

    @Test func escapesAreRead() throws {
        let found = try read(#""\u00fc\ud83d\ude00\/\b\f\n\"x" rest"#)
        #expect(found.text == "ü😀/\u{8}\u{c}\n\"x" && found.position == 31)
    }

    @Test(arguments: [
        (#""abc"#, "a text that is not closed"), (#""abc\"#, "a text that is not closed"),
        (#""\x""#, "an escape JSON does not have"), (#""\ud83d""#, "half a surrogate pair"),
        (#""\ud83d\u0041""#, "half a surrogate pair"), (#""\u+12a""#, "an escape without four hexadecimal digits"),
        (#""\u12"#, "an escape without four hexadecimal digits"), ("\"a\u{1}\"", "a control character in a text"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ what: String) {
        let problem = #expect(throws: QuotedText.Problem.self) { try read(text) }
        #expect(problem?.what == what)
    }

    @Test func bytesThatAreNoTextAreRefused() {
        var position = 0
        let problem = #expect(throws: QuotedText.Problem.self) {
            try QuotedText.read([0x22, 0xff, 0x22], at: &position)
        }
        #expect(problem?.what == "a text that is not UTF-8")
    }

    @Test func whatIsWrittenIsRead() throws {
        let text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        #expect(try read(QuotedText.written(text)).text == text)
    }
}
