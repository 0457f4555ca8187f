import SlipwayCore
import Testing

@testable import SlipwayConfig

@Suite struct FlatJSONTests {
    @Test func keepsOrderAndReadsValues() throws {
        let entries = try FlatJSON.object(
            #" {"z": "x", "b": -1.5e3 ,"a":true,"n":null, "l": [1, "]", [2]], "z": 2}"#,
            called: "x")
        #expect(entries.map(\.key) == ["z", "b", "a", "n", "l"])
        #expect(
            entries.map(\.value) == [.number("2"), .number("-1.5e3"), .flag(true), .null, .list("[1, \"]\", [2]]")])
        #expect(try FlatJSON.object("{}", called: "x").isEmpty)
        #expect(try FlatJSON.object(#"{"k":"a\u0041\ud83d\ude00"}"#, called: "x")[0].value == .text("aA😀"))
    }

    @Test(arguments: [
        "", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":{\"b\":1}}",
        "{\"a\":nan}",
        "{\"a\":\"\\q\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"x", "{\"a\":[1", "{'a':1}",
        "{\"a\":+1}", "{\"a\":\"\n\"}",
    ])
    func refuses(json: String) {
        let error = #expect(throws: SlipwayError.self) { try FlatJSON.object(json, called: "edit_config_json") }
        #expect(error?.message.hasPrefix("edit_config_json is no flat JSON object: ") == true)
    }
}
