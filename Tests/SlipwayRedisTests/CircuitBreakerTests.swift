import Testing

@testable import SlipwayRedis

struct CircuitBreakerTests {
    @Test func itOpensAfterFailuresInARowAndTriesAgain() {
        var breaker = CircuitBreaker(failures: 3, openNs: 100)
        for now: UInt64 in [1, 2] { breaker.failed(now: now) }
        breaker.succeeded()
        for now: UInt64 in [3, 4] { breaker.failed(now: now) }
        let isClosed = breaker.admits(now: 4)
        #expect(isClosed && breaker.state == .closed)
        breaker.failed(now: 5)
        #expect(breaker.state == .open)
        let early = breaker.admits(now: 104)
        #expect(!early)
        // One try goes, and no second beside it.
        let tries = [breaker.admits(now: 105), breaker.admits(now: 106)]
        #expect(tries == [true, false] && breaker.state == .halfOpen)
        breaker.failed(now: 110)
        let again = [breaker.admits(now: 209), breaker.admits(now: 210)]
        #expect(again == [false, true])
        breaker.succeeded()
        let after = breaker.admits(now: 211)
        #expect(after && breaker.state == .closed)
    }

    /// A try that nobody reports on does not keep the breaker shut for ever.
    @Test func aLostTryIsFollowedByAnother() {
        var breaker = CircuitBreaker(failures: 1, openNs: 100)
        breaker.failed(now: 0)
        let tries = [breaker.admits(now: 100), breaker.admits(now: 150), breaker.admits(now: 200)]
        #expect(tries == [true, false, true])
    }
}
