package import NIOCore
package import SlipwayProtocol

/// One gRPC call behind its head: what came of it, what is owed. Events in, actions out; it knows neither channel nor clock.
package struct CallState {
    package enum Action: Equatable {
        /// Answer this message, the call's message of that number.
        case deliver(Int, MessageReader.Message)
        /// Send this message.
        case send([UInt8])
        /// End the call. `resets`: what the client still sends is not wanted.
        case finish(GRPCStatus, resets: Bool)
    }

    /// Messages of one stream that may be under way.
    package static let mostUnderWay = 16

    private let shape: GRPCMethod.Shape
    private var reader: MessageReader
    private var hasInputEnded = false
    private var isDraining = false
    package private(set) var isFinished = false
    /// The message of a call that has one, until the input ends.
    private var only: MessageReader.Message?
    private var delivered = 0
    private var sent = 0
    /// Answers that wait for earlier ones.
    private var held: [Int: [UInt8]] = [:]

    package init(shape: GRPCMethod.Shape, limitBytes: Int) {
        self.shape = shape
        reader = MessageReader(limitBytes: limitBytes)
    }

    private var isFull: Bool { delivered - sent >= Self.mostUnderWay }

    /// Whether more of the client's bytes are wanted now.
    package var wantsInput: Bool { isFinished || !isFull }

    /// Whether a message has begun to arrive, or is due, that is not here yet.
    package var isReceiving: Bool {
        guard !isFinished, !hasInputEnded else { return false }
        return shape == .stream ? reader.hasRest && !isFull : delivered == 0
    }

    /// Bytes of messages that are not whole, or not delivered.
    package var heldBytes: Int { isFinished ? 0 : reader.sizeBytes + (only?.bytes.readableBytes ?? 0) }

    // MARK: Events

    /// Bytes have come.
    package mutating func received(_ part: ByteBuffer, isLast: Bool) -> [Action] {
        guard !isFinished, !hasInputEnded else { return [] }
        reader.append(part)
        hasInputEnded = isLast
        return shape == .stream ? nextOfStream() : nextOfOne()
    }

    /// The message of that number has its answer.
    package mutating func answered(_ number: Int, _ bytes: [UInt8]) -> [Action] {
        guard !isFinished, (sent..<delivered).contains(number), held[number] == nil else { return [] }
        switch shape {
        case .watched: return [.send(bytes)]
        case .single: return [.send(bytes)] + end(.ok)
        case .stream:
            held[number] = bytes
            var actions: [Action] = []
            while let next = held.removeValue(forKey: sent) {
                actions.append(.send(next))
                sent += 1
            }
            return actions + nextOfStream()
        }
    }

    /// The call cannot go on.
    package mutating func failed(_ status: GRPCStatus) -> [Action] { isFinished ? [] : end(status) }

    /// The server is stopping: what is under way is answered, and no more is taken.
    package mutating func drained() -> [Action] {
        guard !isFinished, shape != .single else { return [] }
        isDraining = true
        return shape == .watched || delivered == sent ? end(Self.stopping) : []
    }

    /// The client has gone.
    package mutating func abandoned() { isFinished = true }

    // MARK: Steps

    private static let stopping = GRPCStatus(.unavailable, "the server is stopping; call another one")

    private mutating func end(_ status: GRPCStatus) -> [Action] {
        isFinished = true
        only = nil
        held = [:]
        return [.finish(status, resets: !hasInputEnded)]
    }

    private mutating func nextOfOne() -> [Action] {
        do throws(GRPCStatus) {
            while let message = try reader.next() {
                guard only == nil else { throw GRPCStatus(.unimplemented, "the method takes one message") }
                only = message
            }
            guard hasInputEnded else { return [] }
            guard !reader.hasRest else { throw Self.cut }
            guard let only else { throw GRPCStatus(.unimplemented, "the method takes one message, there is none") }
            delivered = 1
            return [.deliver(0, only)]
        } catch { return end(error) }
    }

    private mutating func nextOfStream() -> [Action] {
        do throws(GRPCStatus) {
            var actions: [Action] = []
            while !isFull, !isDraining, let message = try reader.next() {
                actions.append(.deliver(delivered, message))
                delivered += 1
            }
            guard delivered == sent else { return actions }
            if hasInputEnded, !reader.hasRest { return actions + end(.ok) }
            if isDraining { return actions + end(Self.stopping) }
            guard !hasInputEnded else { throw Self.cut }
            return actions
        } catch { return end(error) }
    }

    private static let cut = GRPCStatus(.invalidArgument, "the call ends inside a message")
}
