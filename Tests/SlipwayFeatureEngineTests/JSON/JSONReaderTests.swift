import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatureEngine

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONNode { try JSONReader.read(Array(text.utf8), called: "t") }

    @Test func values() throws {
        let node = try read(
            " {\"a\": [1, -2, 1.5, 1e3, true, false, null], \"b\": \"x\\n\\u88d9\\ud83d\\ude00\\\"\\/\", \"c\": 9223372036854775807, \"d\": 18446744073709551615, \"e\": NaN, \"a2\": {}, \"f\": -Infinity}"
        )
        #expect(
            node["a"]
                == .array([.integer(1), .integer(-2), .number(1.5), .number(1000), .bool(true), .bool(false), .null]))
        #expect(node["b"] == .text("x\n裙😀\"/"))
        #expect(node["c"] == .integer(.max))
        #expect(node["d"] == .unsigned(.max))
        #expect(node["e"]?.double?.isNaN == true)
        #expect(node["f"]?.double == -.infinity)
        #expect(node["a2"] == .object([]))
        #expect(node["zz"] == nil)
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a value"), ("{\"a\": 1,}", "line 1, column 9: expected a key in quotes"),
        ("[1 2]", "line 1, column 4: expected a comma or a closing bracket"), ("{\"a\" 1}", "expected a colon"),
        ("{\n\"a\": x}", "line 2, column 6: expected a value"), ("\"abc", "a text without its closing quote"),
        ("\"\\q\"", "an unknown escape"), ("\"\\u12g4\"", "four hexadecimal digits"), ("1 1", "text after the end"),
        ("--1", "expected a value"), (String(repeating: "[", count: 10_000), "nested too deeply"),
    ])
    func problems(_ text: String, _ problem: String) throws {
        let found = try #require(errorText { _ = try read(text) })
        #expect(found.contains(problem), "\(found)")
    }

    @Test func loneSurrogateIsReplaced() throws {
        #expect(try read("\"\\ud83dx\"") == .text("\u{fffd}x"))
    }
}
