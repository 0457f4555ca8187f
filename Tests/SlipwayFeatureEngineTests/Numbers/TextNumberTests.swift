import CSlipwayText
import Testing

/// Numbers read from and written as text, the fast forms against the obvious ones.
@Suite struct TextNumberTests {
    private func int64(_ text: String) -> Int64? {
        var value: Int64 = 0
        let bytes = Array(text.utf8)
        return slipway_read_int64(bytes, bytes.count, &value) != 0 ? value : nil
    }

    private func double(_ text: String) -> Double? {
        var value = 0.0
        let bytes = Array(text.utf8)
        return slipway_read_double(bytes, bytes.count, &value) != 0 ? value : nil
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+7", 7), ("12345678", 12_345_678), ("123456789", 123_456_789),
            ("0000000000000000000042", 42),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil), ("", nil),
            ("-", nil),
            ("1a", nil), ("1234567a", nil), ("12345678a", nil), (" 1", nil), ("1.0", nil),
            ("99999999999999999999", nil),
        ] as [(String, Int64?)])
    func wholeNumbers(_ text: String, _ expected: Int64?) {
        #expect(int64(text) == expected)
    }

    @Test(
        arguments: [
            ("0.1", 0.1), ("-2.5e3", -2500), (".5", 0.5), ("5.", 5), ("1e22", 1e22), ("1e23", 1e23), ("  7 ", 7),
            ("123456789.123456789", 123456789.123456789), ("0.202392938293829442", 0.202392938293829442),
            ("inf", .infinity),
            ("-Infinity", -.infinity), ("1e400", .infinity), ("1e-400", 0), ("9007199254740993", 9_007_199_254_740_992),
            ("", nil), (".", nil), ("e5", nil), ("1e", nil), ("1e+", nil), ("0x10", nil), ("1,5", nil), ("1 2", nil),
            ("--1", nil),
        ] as [(String, Double?)])
    func decimals(_ text: String, _ expected: Double?) {
        #expect(double(text) == expected)
    }

    @Test func notANumber() throws {
        #expect(try #require(double("NaN")).isNaN)
    }

    @Test func fastFormsEqualSlowOnes() {
        var random = SplitMix(state: 11)
        for _ in 0..<20_000 {
            let whole = Int64(bitPattern: random.next()) >> Int64(random.next() % 64)
            var bytes = Array(String(whole).utf8)
            if random.next() % 4 == 0 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(40 + random.next() % 30)
            }
            var fast: Int64 = 0
            var slow: Int64 = 0
            let isRead = slipway_read_int64(bytes, bytes.count, &fast)
            #expect(isRead == slipway_read_int64_scalar(bytes, bytes.count, &slow))
            #expect(fast == slow, "\(String(decoding: bytes, as: UTF8.self))")
            let number = Double(whole) / Double(1 + random.next() % 1000)
            let text = Array(number.description.utf8)
            var quick = 0.0
            var exact = 0.0
            #expect(
                slipway_read_double(text, text.count, &quick) == slipway_read_double_scalar(text, text.count, &exact))
            #expect(quick == exact && quick == number, "\(number)")
        }
    }

    @Test func writtenNumbersReadBack() {
        for value in [0, 1, -1, 10, 99, Int64.max, Int64.min, 1_234_567_890_123] {
            var space = [UInt8](repeating: 0, count: 20)
            let count = slipway_write_int64(value, &space)
            #expect(String(decoding: space[..<count], as: UTF8.self) == String(value))
        }
    }

    /// Left-closed buckets, for short and for long lists.
    @Test func buckets() {
        let few: [Float] = [0.05, 0.15, 0.25]
        #expect([0.0, 0.05, 0.1, 0.15, 0.25, 9].map { slipway_bucket(few, few.count, $0) } == [0, 1, 1, 2, 3, 3])
        for count in [17, 64, 100, 1000] {
            let many = (0..<count).map { Float($0) }
            for x in [-1, 0, 0.5, 16, Float(count) / 2, Float(count) - 1, Float(count), .infinity] as [Float] {
                #expect(slipway_bucket(many, count, x) == Int64(many.count { $0 <= x }), "\(x) of \(count)")
            }
        }
    }
}
