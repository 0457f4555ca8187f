import SlipwayCore
import Testing

@testable import SlipwayGraph

@Suite struct GraphLexerTests {
    private func tokens(_ text: String) throws -> [GraphLexer.Token] {
        var lexer = try GraphLexer(text)
        var result: [GraphLexer.Token] = []
        while lexer.token != .end {
            result.append(lexer.token)
            try lexer.advance()
        }
        return result
    }

    @Test func splitsWordsNumbersAndSymbols() throws {
        #expect(
            try tokens("%v1 = a.b:c(x)") == [
                .symbol("%"), .word("v1"), .symbol("="), .word("a.b:c"), .symbol("("), .word("x"), .symbol(")"),
            ])
        #expect(try tokens("-1e-30 1e+30,-inf") == [.word("-1e-30"), .word("1e+30"), .symbol(","), .word("-inf")])
        #expect(try tokens(" \t ") == [])
    }

    @Test func readsEscapes() throws {
        #expect(try tokens(#""a\"\\\n\t\r\u{1F6A2}\u{0}""#) == [.string("a\"\\\n\t\r🚢\u{0}")])
    }

    @Test func countsLinesOfTokens() throws {
        var lexer = try GraphLexer("a\n\nb")
        var lines: [Int] = []
        while lexer.token != .end {
            lines.append(lexer.line)
            try lexer.advance()
        }
        #expect(lines == [1, 1, 2, 3])
    }
}
