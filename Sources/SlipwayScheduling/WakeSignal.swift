import Foundation

/// Lets threads sleep until there may be work. A thread takes a ticket, looks for work, and waits only if nobody has
/// signalled since.
///
/// `@unchecked Sendable`: all state is behind the condition.
final class WakeSignal: @unchecked Sendable {
    private let condition = NSCondition()
    private var generation: UInt64 = 0
    private var waiting = 0

    func ticket() -> UInt64 {
        condition.lock()
        defer { condition.unlock() }
        return generation
    }

    func wait(_ ticket: UInt64) {
        condition.lock()
        defer { condition.unlock() }
        waiting += 1
        while generation == ticket { condition.wait() }
        waiting -= 1
    }

    func signal() {
        condition.lock()
        generation &+= 1
        if waiting > 0 { condition.signal() }
        condition.unlock()
    }

    func signalAll() {
        condition.lock()
        generation &+= 1
        condition.broadcast()
        condition.unlock()
    }
}
