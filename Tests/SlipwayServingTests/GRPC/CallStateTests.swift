import NIOCore
import SlipwayProtocol
import SlipwayServing
import SlipwayTestSupport
import Testing

/// A call's events and what is to be done at each.
struct CallStateTests {
    typealias Action = CallState.Action

    private func bytes(_ texts: String..., flag: UInt8 = 0) -> [UInt8] {
        texts.flatMap { RawHTTP2.message(Array($0.utf8), flag: flag) }
    }

    private func message(_ text: String, isCompressed: Bool = false) -> MessageReader.Message {
        MessageReader.Message(bytes: ByteBuffer(string: text), isCompressed: isCompressed)
    }

    private func state(_ shape: GRPCMethod.Shape) -> CallState { CallState(shape: shape, limitBytes: 100) }

    private func receive(_ state: inout CallState, _ bytes: [UInt8], isLast: Bool = false) -> [Action] {
        state.received(ByteBuffer(bytes: bytes), isLast: isLast)
    }

    /// Code and words of the status that ends a call.
    private func end(_ actions: [Action]) -> (GRPCStatus.Code, String, resets: Bool)? {
        guard case .finish(let status, let resets) = actions.last else { return nil }
        return (status.code, status.message, resets)
    }

    @Test func oneMessageIsAnsweredOnceItIsWhole() {
        var state = state(.single)
        let all = bytes("hello")
        for byte in all { #expect(receive(&state, [byte]).isEmpty && state.isReceiving) }
        #expect(receive(&state, [], isLast: true) == [.deliver(0, message("hello"))])
        #expect(!state.isReceiving)
        #expect(state.answered(1, [1]).isEmpty)
        #expect(state.answered(0, [1, 2]) == [.send([1, 2]), .finish(.ok, resets: false)])
        #expect(state.answered(0, [1, 2]).isEmpty && state.failed(GRPCStatus(.aborted)).isEmpty)
    }

    @Test(
        "calls that are no calls",
        arguments: [
            ([], .unimplemented, "there is none"), ([0, 0, 0, 0, 1], .invalidArgument, "inside a message"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .unimplemented, "takes one message"),
            ([7, 0, 0, 0, 0], .invalidArgument, "begins with the byte 7"),
            ([0, 0, 0, 0, 101], .resourceExhausted, "the message has 101 bytes, 100 are allowed"),
            ([1, 255, 255, 255, 255], .resourceExhausted, "4294967295 bytes"),
        ] as [([UInt8], GRPCStatus.Code, String)])
    func problems(_ bytes: [UInt8], _ code: GRPCStatus.Code, _ text: String) throws {
        var state = state(.single)
        let found = try #require(end(receive(&state, bytes, isLast: true)))
        #expect(found.0 == code)
        #expect(found.1.contains(text), "\(found.1)")
        #expect(!found.resets)
    }

    /// A message that is too long is refused by its first bytes, and the client told to stop.
    @Test func longMessagesAreRefusedAtOnce() throws {
        var state = state(.stream)
        let found = try #require(end(receive(&state, [0, 0, 1, 0, 0])))
        #expect(found.0 == .resourceExhausted && found.resets)
        #expect(receive(&state, bytes("more")).isEmpty)
    }

    @Test func answersOfAStreamKeepTheirOrder() {
        var state = state(.stream)
        #expect(
            receive(&state, bytes("a", "b", "c")) == [
                .deliver(0, message("a")), .deliver(1, message("b")), .deliver(2, message("c")),
            ])
        #expect(state.answered(2, [2]).isEmpty)
        #expect(state.answered(0, [0]) == [.send([0])])
        #expect(state.answered(0, [0]).isEmpty)
        #expect(receive(&state, [], isLast: true).isEmpty)
        #expect(state.answered(1, [1]) == [.send([1]), .send([2]), .finish(.ok, resets: false)])
    }

    @Test func emptyStreamsEndWell() {
        var state = state(.stream)
        #expect(receive(&state, [], isLast: true) == [.finish(.ok, resets: false)])
    }

    @Test func streamsThatEndInsideAMessageFail() throws {
        var state = state(.stream)
        #expect(receive(&state, bytes("a") + [0, 0]).count == 1)
        #expect(state.isReceiving)
        #expect(receive(&state, [], isLast: true).isEmpty)
        let found = try #require(end(state.answered(0, [])))
        #expect(found.0 == .invalidArgument)
    }

    /// More than so many messages wait, and the client with them.
    @Test func streamsAreReadAsFastAsTheyAreAnswered() {
        var state = state(.stream)
        let many = (0..<40).flatMap { bytes("\($0)") }
        let first = receive(&state, many, isLast: true)
        #expect(first.count == CallState.mostUnderWay)
        #expect(!state.wantsInput && !state.isReceiving)
        var delivered = first.count
        for number in 0..<40 {
            let actions = state.answered(number, [UInt8(number)])
            #expect(actions.first == .send([UInt8(number)]))
            for case .deliver(let next, let message) in actions {
                #expect(next == delivered && Array(message.bytes.readableBytesView) == Array("\(next)".utf8))
                delivered += 1
            }
            #expect(end(actions)?.0 == (number == 39 ? .ok : nil))
        }
        #expect(delivered == 40)
    }

    @Test func drainingAnswersWhatIsUnderWay() throws {
        var single = state(.single)
        #expect(single.drained().isEmpty)
        #expect(receive(&single, bytes("a"), isLast: true).count == 1)
        #expect(end(single.answered(0, []))?.0 == .ok)
        var idle = state(.stream)
        #expect(end(idle.drained())?.0 == .unavailable)
        var busy = state(.stream)
        #expect(receive(&busy, bytes("a")).count == 1)
        #expect(busy.drained().isEmpty)
        #expect(receive(&busy, bytes("b")).isEmpty)
        let last = busy.answered(0, [1])
        #expect(last.first == .send([1]))
        #expect(end(last)?.0 == .unavailable && end(last)?.resets == true)
        var watched = state(.watched)
        #expect(receive(&watched, bytes("a"), isLast: true) == [.deliver(0, message("a"))])
        #expect(watched.answered(0, [1]) == [.send([1])])
        #expect(watched.answered(0, [2]) == [.send([2])])
        #expect(end(watched.drained())?.0 == .unavailable)
    }

    /// Any bytes, cut anywhere, and answers in any order: every message gets one answer, and a call ends once.
    @Test func survivesDamage() {
        var numbers = SeededRandom(seed: Fuzz.seed(72))
        let count = Fuzz.count(3000)
        for _ in 0..<count {
            let shape: GRPCMethod.Shape = [.single, .stream, .watched].randomElement(using: &numbers) ?? .single
            var state = CallState(shape: shape, limitBytes: 64)
            let good = (0..<Int.random(in: 0...30, using: &numbers)).flatMap { _ in
                RawHTTP2.message([UInt8](repeating: 3, count: Int.random(in: 0...40, using: &numbers)))
            }
            var rest = (Bool.random(using: &numbers) ? good : damaged(good, &numbers))[...]
            var open: Set<Int> = []
            var seen = 0
            var sent = 0
            var ends = 0
            func note(_ actions: [Action]) {
                for action in actions {
                    #expect(ends == 0, "\(action) behind the end")
                    switch action {
                    case .deliver(let number, _):
                        #expect(number == seen)
                        seen += 1
                        open.insert(number)
                    case .send: sent += 1
                    case .finish: ends += 1
                    }
                }
            }
            for _ in 0..<200 where ends == 0 {
                switch Int.random(in: 0..<20, using: &numbers) {
                case 0..<8:
                    let part = rest.prefix(Int.random(in: 0...20, using: &numbers))
                    rest = rest.dropFirst(part.count)
                    note(receive(&state, Array(part), isLast: rest.isEmpty && Bool.random(using: &numbers)))
                case 8..<18:
                    guard let number = open.randomElement(using: &numbers) else { continue }
                    open.remove(number)
                    note(state.answered(number, [1]))
                case 18: note(state.answered(Int.random(in: -2...40, using: &numbers) + 1000, [1]))
                default: if Int.random(in: 0..<20, using: &numbers) == 0 { note(state.drained()) }
                }
            }
            #expect(sent <= seen && ends <= 1 && state.isFinished == (ends == 1))
            if shape == .stream { #expect(seen - sent <= CallState.mostUnderWay) }
        }
        Fuzz.report("gRPC calls", count)
    }
}
