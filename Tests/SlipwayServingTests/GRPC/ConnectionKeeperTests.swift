import SlipwayServing
import Testing

/// A connection's events and what is to be done at each.
struct ConnectionKeeperTests {
    private func keeper(open: Bool = true) -> ConnectionKeeper {
        let times = ConnectionKeeper.Times(handshake: 10, idle: 100, silence: 60, patience: 20, goodbye: 5)
        var keeper = ConnectionKeeper(times, now: 0)
        if open { keeper.opened(at: 1) }
        return keeper
    }

    @Test func clientsThatDoNotSpeakAreLeft() {
        var silent = keeper(open: false)
        #expect(silent.due == 10)
        // Bytes that are no HTTP/2 do not help.
        silent.heard(at: 9)
        #expect(silent.woken(at: 9).isEmpty)
        #expect(silent.woken(at: 10) == [.close])
        #expect(silent.due == nil && silent.woken(at: 1000).isEmpty)
    }

    @Test func idleConnectionsAreLeftInTwoSteps() {
        var keeper = keeper()
        #expect(keeper.due == 101)
        #expect(keeper.woken(at: 101) == [.goAway(last: nil), .ping(.goodbye)])
        #expect(keeper.answered(.areYouThere).isEmpty)
        #expect(keeper.answered(.goodbye) == [.goAway(last: 0), .close])
        #expect(keeper.due == nil)
    }

    /// Calls that begin while the goodbye is on its way are answered, and the last of them ends the connection.
    @Test func drainingLosesNoCall() {
        var keeper = keeper()
        keeper.streamOpened(1)
        #expect(keeper.drain(at: 10) == [.goAway(last: nil), .ping(.goodbye)])
        #expect(keeper.drain(at: 11).isEmpty)
        keeper.streamOpened(3)
        #expect(keeper.answered(.goodbye) == [.goAway(last: 3)])
        #expect(keeper.answered(.goodbye).isEmpty)
        #expect(keeper.streamClosed(at: 12).isEmpty)
        #expect(keeper.streamClosed(at: 13) == [.close])
    }

    @Test func clientsThatDoNotHearTheGoodbyeAreLeftToo() {
        var keeper = keeper()
        keeper.streamOpened(1)
        _ = keeper.drain(at: 10)
        #expect(keeper.due == 15)
        #expect(keeper.woken(at: 14).isEmpty)
        #expect(keeper.woken(at: 15) == [.goAway(last: 1)])
        #expect(keeper.streamClosed(at: 16) == [.close])
    }

    /// A client whose machine is gone does not close its connection: asked, it does not answer.
    @Test func silentClientsAreAskedAndLeft() {
        var keeper = keeper()
        keeper.streamOpened(1)
        keeper.heard(at: 5)
        #expect(keeper.due == 65)
        #expect(keeper.woken(at: 65) == [.ping(.areYouThere)])
        #expect(keeper.due == 85)
        keeper.heard(at: 70)
        #expect(keeper.due == 130)
        #expect(keeper.woken(at: 130) == [.ping(.areYouThere)])
        #expect(keeper.woken(at: 150) == [.close])
    }

    @Test func connectionsInUseAreNotIdle() {
        var keeper = keeper()
        keeper.streamOpened(1)
        keeper.heard(at: 90)
        #expect(keeper.woken(at: 110).isEmpty)
        #expect(keeper.streamClosed(at: 120).isEmpty)
        #expect(keeper.due == 220)
    }

    @Test func connectionsThatHaveNotBegunAreDrainedAtOnce() {
        var keeper = keeper(open: false)
        #expect(keeper.drain(at: 3) == [.close])
    }
}
