import Testing

@testable import SlipwayLoad

struct RateSearchTests {
    @Test(
        "the rate found is borne and the next within the tolerance is not",
        arguments: [0.7, 10, 37.5, 99, 4321] as [Double])
    func finding(_ threshold: Double) throws {
        var search = RateSearch(start: 10, tolerance: 0.05)
        var tried = 0
        while let rate = search.next() {
            search.note(rate, isBorne: rate <= threshold)
            tried += 1
            try #require(tried < 40)
        }
        let low = try #require(search.low)
        let high = try #require(search.high)
        #expect(low <= threshold && high > threshold)
        #expect(high - low <= 0.05 * low)
    }

    @Test func theEndsAreKept() {
        var all = RateSearch(start: 10, most: 100, tolerance: 0.1)
        var rates: [Double] = []
        while let rate = all.next() {
            rates.append(rate)
            all.note(rate, isBorne: true)
        }
        #expect(rates == [10, 20, 40, 80, 100])
        var none = RateSearch(start: 1, least: 0.25, tolerance: 0.1)
        rates = []
        while let rate = none.next() {
            rates.append(rate)
            none.note(rate, isBorne: false)
        }
        #expect(rates == [1, 0.5, 0.25])
        #expect(none.low == nil)
    }
}
