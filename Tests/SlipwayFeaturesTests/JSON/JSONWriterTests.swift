import Testing

@testable import SlipwayFeatures

/// Expected texts: Python's `repr` of the float and `json.dumps` of the string.
@Suite struct JSONWriterTests {
    @Test(arguments: [
        (18.0, "18.0"), (0.1, "0.1"), (Double(Float(0.1)), "0.10000000149011612"), (1e15, "1000000000000000.0"),
        (1e16, "1e+16"), (1.8014398509481984e16, "1.8014398509481984e+16"),
        (9_007_199_254_740_994, "9007199254740994.0"),
        (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e-7, "1.5e-07"), (-2.5, "-2.5"), (0, "0.0"), (-0.0, "-0.0"),
        (Double.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (123456.789, "123456.789"),
        (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"), (100, "100.0"), (1e22, "1e+22"),
    ])
    func numbers(_ value: Double, _ text: String) { #expect(JSONWriter.number(value) == text) }

    @Test(arguments: [
        ("a\"\\/\n\r\t\u{8}\u{c}", #""a\"\\/\n\r\t\b\f""#), ("\u{1d}\u{7f}", #""\u001d\u007f""#), ("裙", #""\u88d9""#),
        ("😀", #""\ud83d\ude00""#), ("", "\"\""),
    ])
    func strings(_ value: String, _ text: String) { #expect(JSONWriter.text(.string(value)) == text) }

    @Test func layout() {
        var object = JSONObject([("b", 1), ("a", .array([true, .null])), ("empty", .array([]))])
        object["none"] = .object(JSONObject())
        object["b"] = .unsigned(.max)
        object["empty"] = nil
        #expect(
            JSONWriter.text(.object(object)) == """
                {
                    "b": 18446744073709551615,
                    "a": [
                        true,
                        null
                    ],
                    "none": {}
                }
                """)
    }
}
