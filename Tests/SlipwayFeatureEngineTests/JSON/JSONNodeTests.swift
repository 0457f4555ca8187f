import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatureEngine

@Suite struct JSONNodeTests {
    private func read(_ text: String) throws -> JSONNode { try JSONNode.read(Array(text.utf8), called: "t") }

    @Test func values() throws {
        let node = try read(
            " {\"a\": [1, -2, 1.5, 1e3, true, false, null], \"b\": \"x\\n\\u88d9\\ud83d\\ude00\\\"\\/\", \"c\": 9223372036854775807, \"d\": 18446744073709551615, \"e\": NaN, \"a2\": {}, \"f\": -Infinity, \"g\": null, \"h\": 2.0, \"i\": 18446744073709551616}"
        )
        #expect(
            node["a"]
                == .array([.integer(1), .integer(-2), .number(1.5), .integer(1000), .bool(true), .bool(false), .null]))
        #expect(node["b"] == .text("x\n裙😀\"/"))
        #expect(node["c"] == .integer(.max))
        #expect(node["d"] == .unsigned(.max))
        #expect(node["e"]?.double?.isNaN == true)
        #expect(node["f"]?.double == -.infinity)
        #expect(node["a2"] == .object([:]))
        #expect(node["g"] == nil)
        #expect(node["h"] == .integer(2))
        #expect(node["i"] == .number(18_446_744_073_709_551_616))
        #expect(node["zz"] == nil)
    }

    @Test func theFirstOfTwoEqualKeysCounts() throws {
        #expect(try read("{\"a\": 1, \"a\": 2}") == .object(["a": .integer(1)]))
    }

    @Test(arguments: [
        ("", "t is no JSON"), ("[1 2]", "line 1, column 4"), ("{\"a\" 1}", "line 1, column 6"),
        ("{\n\"a\": x}", "line 2, column 6"), ("\"abc", "end of file"), ("\"\\q\"", "line 1, column 2"),
        ("\"\\u12g4\"", "12g4"), ("1 1", "line 1, column 3"), ("--1", "t is no JSON"), ("[1, 1e400]", "1e400"),
        (String(repeating: "[", count: 10_000), "Too many nested"),
        (String(repeating: "[", count: 70) + String(repeating: "]", count: 70), "nested too deeply at [0][0]"),
        ("{\"a\": [1, 2, \"\u{1}\"]}", "line 1, column 15"),
    ])
    func problems(_ text: String, _ problem: String) throws {
        let found = try #require(errorText { _ = try read(text) })
        #expect(found.contains(problem), "\(found)")
        #expect(found.contains("give a JSON file"))
    }
}
