import Testing

@testable import SlipwayFeatures

@Suite struct TextNumberTests {
    private func int(_ text: String) -> Int64? { Array(text.utf8).withUnsafeBufferPointer { TextNumber.int64($0) } }
    private func float(_ text: String) -> Float? { Array(text.utf8).withUnsafeBufferPointer { TextNumber.float($0) } }

    /// Accepted and refused as Arrow's cast from text to int64.
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("-5", -5), ("00012", 12), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
            ("000000000000000000000000001", 1), ("0x10", 16), ("0X1f", 31), ("0x7fffffffffffffff", .max),
            ("0xFFFFFFFFFFFFFFFF", -1),
        ] as [(String, Int64)])
    func integers(_ text: String, _ value: Int64) { #expect(int(text) == value) }

    @Test(arguments: [
        "", "-", "+1", " 1", "1 ", "\t1", "1.0", "1e3", "1_0", "0x", "-0x10", "0x10000000000000000",
        "9223372036854775808",
        "-9223372036854775809", "99999999999999999999", "0xg", "１",
    ])
    func noIntegers(_ text: String) { #expect(int(text) == nil) }

    /// Accepted and refused as Arrow's cast from text to float.
    @Test(
        arguments: [
            ("1", 1), ("+1", 1), ("-.5", -0.5), (".5", 0.5), ("5.", 5), ("1e5", 1e5), ("1E+5", 1e5), ("1e-50", 0),
            ("1e60", .infinity),
            ("-1e60", -.infinity), ("3.4028236e38", .infinity), ("1e-46", 0), ("inf", .infinity), ("-INF", -.infinity),
            ("Infinity", .infinity), ("1e999999999999999999999", .infinity), ("0e999999999", 0),
        ] as [(String, Float)])
    func floats(_ text: String, _ value: Float) { #expect(float(text) == value) }

    @Test(arguments: [
        "", "-", ".", "e5", "1e", "1e+", "0x10", "1_0", " 1", "1 ", "infx", "1.5f", "1..2", "--1", "nanx", "1,5",
    ])
    func noFloats(_ text: String) { #expect(float(text) == nil) }

    @Test func notANumber() {
        for text in ["nan", "NaN", "-nan"] { #expect(float(text)?.isNaN == true) }
    }

    @Test func negativeZero() { #expect(float("-0.0")?.sign == .minus) }

    /// Halfway between two floats, just above and just below it; 2^24 + 1 is such a point.
    @Test(
        arguments: [
            ("16777217", 16_777_216), ("16777217.000000000001", 16_777_218), ("16777216.999999999999", 16_777_216),
            ("16777219", 16_777_220), ("1.00000005960464477539062500", 1), ("1.00000005960464477539062501", 1.0000001),
            ("1.1754943508222875e-38", Float.leastNormalMagnitude), ("1e-45", Float.leastNonzeroMagnitude),
            ("8388608.5000000001", 8_388_609),
        ] as [(String, Float)])
    func halfway(_ text: String, _ value: Float) { #expect(float(text) == value) }

    /// Against the standard library's conversion on many short decimals.
    @Test func agreesWithTheStandardLibrary() {
        var state: UInt64 = 42
        func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 20) % bound
        }
        for _ in 0..<20_000 {
            var text = next(2) == 0 ? "" : "-"
            text += "\(next(next(2) == 0 ? 1000 : 100_000_000_000))"
            if next(3) > 0 { text += ".\(next(1_000_000_000))" }
            if next(3) == 0 { text += "e\(Int(next(90)) - 45)" }
            #expect(float(text)?.bitPattern == Float(text)?.bitPattern, "\(text)")
        }
    }
}
