import Testing

@testable import SlipwayFeatures

@Suite struct ByteSplitTests {
    @Test(arguments: [
        ("a;b;c", ";", ["a", "b", "c"]), ("", ";", [""]), (";", ";", ["", ""]), ("a;", ";", ["a", ""]),
        ("a||b|c", "||", ["a", "b|c"]), ("|||", "||", ["", "|"]), ("abc", "xyzw", ["abc"]), ("裙§子", "§", ["裙", "子"]),
    ])
    func pieces(_ text: String, _ separator: String, _ expected: [String]) {
        var found: [String] = []
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            ByteSplit(separator: separator).forEach(bytes) { found.append(String(decoding: $0, as: UTF8.self)) }
        }
        #expect(found == expected)
    }
}
