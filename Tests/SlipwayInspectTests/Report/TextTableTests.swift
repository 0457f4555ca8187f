import Foundation
import Testing

@testable import SlipwayInspect

struct TextTableTests {
    @Test func columnsAlign() {
        var table = TextTable([.text("name"), .number("size"), .text("note")])
        table.add(["a", "1", "x"])
        table.add(["longer", "12345"])
        #expect(table.text(indent: " ") == " name     size  note\n a           1  x\n longer  12345")
    }

    @Test func theLastColumnWraps() {
        var table = TextTable([.text("a"), .text("b")])
        table.add([String(repeating: "k", count: 80), (1...12).map { "word\($0)" }.joined(separator: " ")])
        let lines = table.text().components(separatedBy: "\n")
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.count <= TextTable.width })
        #expect(lines[1].hasSuffix("  word1 word2 word3 word4 word5 word6"))
        #expect(lines[3] == String(repeating: " ", count: 82) + "word12")
    }

    @Test func controlCharactersShow() {
        #expect(TextTable(pairs: [("a\tb", "c\u{202E}d")]).text() == #"a\u{9}b  c\u{202e}d"#)
        #expect(VisibleText.lines("a\n\u{7}") == "a\n\\u{7}")
        #expect(VisibleText.line("größe × 2") == "größe × 2")
    }
}
