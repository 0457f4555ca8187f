import CSlipwayText
import Foundation
import Testing

@testable import SlipwayFeatureEngine

@Suite struct HashFunctionTests {
    private func hash(_ text: String, _ function: HashFunction) -> UInt64 {
        var text = text
        return text.withUTF8 { function.hash($0) }
    }

    /// Values of libstdc++'s std::hash and of FarmHash's own tests.
    @Test(
        arguments: [
            ("", 6_142_509_188_972_423_790, 11_160_318_154_034_397_263),
            ("1", 10_159_970_873_491_820_195, 9_304_157_803_607_034_849),
            ("abc", 3_663_726_644_998_027_833, 2_640_714_258_260_161_385),
        ] as [(String, UInt64, UInt64)])
    func knownValues(_ text: String, _ murmur: UInt64, _ farm: UInt64) {
        #expect(hash(text, .murmur) == murmur)
        #expect(hash(text, .farm) == farm)
    }

    @Test func longValues() {
        #expect(hash("0123456789abcdef", .murmur) == 10_613_591_747_391_057_286)
        #expect(hash("裙子", .murmur) == 11_575_564_314_063_940_047)
        #expect(hash(String(repeating: "a", count: 40), .farm) == 2_168_401_864_796_137_711)
        #expect(hash(String(repeating: "b", count: 70), .farm) == 14_120_680_935_302_346_101)
    }

    /// 10,000 strings of 0 to 300 bytes against std::hash and pyfarmhash; see scripts/make_hash_fixture.py.
    @Test func independentImplementations() throws {
        let url = try #require(Bundle.module.url(forResource: "hashes", withExtension: "txt", subdirectory: "Fixtures"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 100)
        var random = SplitMix(state: 2024)
        var first: UInt64 = 0
        var second: UInt64 = 0
        for index in 0..<10_000 {
            let text = random.utf8Text(size: index % 301)
            text.withUnsafeBufferPointer { bytes in
                let standard = HashFunction.murmur.hash(bytes)
                #expect(standard == slipway_hash_murmur_scalar(bytes.baseAddress, bytes.count))
                first = first &* 31 &+ standard
                second = second &* 31 &+ HashFunction.farm.hash(bytes)
            }
            if index % 100 == 99 {
                #expect(lines[index / 100] == "\(first) \(second)", "strings up to \(index)")
            }
        }
    }

    /// A column is hashed up to the first row that is null, empty or holds the separator, wherever that is.
    @Test func columnsStopAtRowsThatAreNotPlain() {
        var random = SplitMix(state: 11)
        var divisor = slipway_divisor_make(1009)
        for _ in 0..<300 {
            let texts = (0..<Int(random.next() % 120)).map { _ -> [UInt8] in
                random.next() % 40 == 0
                    ? [0x61, 0x1d, 0x62] : random.utf8Text(size: Int(random.next() % 90 == 0 ? 0 : 9))
            }
            let validity = texts.map { _ in UInt8(random.next() % 60 == 0 ? 0 : 1) }
            let offsets = texts.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
            let first = Int(random.next() % UInt64(texts.count + 1))
            let plain = (first..<texts.count).prefix {
                validity[$0] == 1 && !texts[$0].isEmpty && !texts[$0].contains(0x1d)
            }
            let expected = plain.map { row in
                texts[row].withUnsafeBufferPointer {
                    Int64(slipway_hash_murmur_scalar($0.baseAddress, $0.count) % 1009)
                }
            }
            var ids = [Int64](repeating: -1, count: texts.count)
            let count = slipway_hash_column(
                Int32(SLIPWAY_HASH_MURMUR), texts.flatMap { $0 } + [0], offsets, validity, 0x1d, &divisor, first,
                texts.count, &ids)
            #expect(count == expected.count)
            #expect(Array(ids.prefix(Int(count))) == expected)
        }
    }

    @Test func environmentChooses() {
        #expect(HashFunction(environment: ["USE_FARM_HASH_TO_BUCKETIZE": "true"]) == .farm)
        #expect(HashFunction(environment: ["USE_FARM_HASH_TO_BUCKETIZE": "false"]) == .murmur)
        #expect(HashFunction(environment: [:]) == .murmur)
    }

    /// The remainder without a division equals the division.
    @Test func bucketsAreRemainders() {
        var random = SplitMix(state: 7)
        for buckets in [1, 2, 3, 100, 1 << 20, UInt64(Int64.max), .max] + (0..<200).map({ _ in random.next() | 1 }) {
            var divisor = slipway_divisor_make(buckets)
            for value in [0, 1, buckets - 1, buckets, .max, random.next(), random.next()] {
                #expect(slipway_divisor_mod(&divisor, value) == value % buckets, "\(value) mod \(buckets)")
            }
        }
    }
}
