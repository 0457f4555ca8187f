import Testing

@testable import SlipwayLoad

struct FeatureDifferenceTests {
    private func names(_ first: String, _ second: String, tolerance: Double = 1e-6) -> [String] {
        FeatureDifference.all(first, second, tolerance: tolerance).map(\.feature)
    }

    @Test func differencesAreNamedInOrder() {
        let found = FeatureDifference.all("a:1 | b:2,3 | c:x", "a:1 | b:2,4 | c:y", tolerance: 0)
        #expect(
            found == [
                .init(feature: "b", first: "2,3", second: "2,4"), .init(feature: "c", first: "x", second: "y"),
            ])
        #expect(names("a:1 | b:2", "b:2 | a:1") == [])
        #expect(
            FeatureDifference.all("a:1", "b:2", tolerance: 0)
                == [.init(feature: "a", first: "1", second: nil), .init(feature: "b", first: nil, second: "2")])
        #expect(names("", "") == [])
        #expect(names("", "a:") == ["a"])
    }

    @Test func idsAreHeldToTheDigitAndNumbersToATolerance() {
        #expect(names("a:1000000", "a:1000001") == ["a"])
        #expect(names("a:0.30000001,2.5", "a:0.3,2.5") == [])
        #expect(names("a:0.31", "a:0.3") == ["a"])
        #expect(names("a:31:0.5000001,7:1.0", "a:31:0.5,7:1") == [])
        #expect(names("a:31:0.5", "a:32:0.5") == ["a"])
        #expect(names("a:1e-9;2.0", "a:0;2.0") == [])
        #expect(names("a:1.0,2.0", "a:1.0") == ["a"])
        #expect(names("a:nan", "a:1.5") == ["a"])
    }

    @Test func separatorsInsideValuesStay() {
        #expect(FeatureDifference.features("t:x | y | n:1").map(\.value) == ["x | y", "1"])
        #expect(names("t:x | y | n:1", "t:x | z | n:1") == ["t"])
        #expect(names("url:http://a", "url:http://b") == ["url"])
    }
}
