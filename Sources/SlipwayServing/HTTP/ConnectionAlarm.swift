import NIOCore

/// The one alarm of a connection, which moves several times a request. The event loop is told only of times earlier than the
/// one it knows; when that comes, the alarm looks whether it is due.
final class ConnectionAlarm {
    private let loop: any EventLoop
    private let ring: @Sendable () -> Void
    private var due = NIODeadline.distantFuture
    private var known: (task: Scheduled<Void>, at: NIODeadline)?

    /// - Parameter ring: called on the loop when the time is up.
    init(_ loop: any EventLoop, _ ring: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.ring = ring
    }

    /// Goes off after `delay` unless it is set again.
    func set(_ delay: TimeAmount) {
        due = loop.now + delay
        if let known, known.at <= due { return }
        tellLoop()
    }

    /// Goes off no more.
    func end() {
        due = .distantFuture
        known?.task.cancel()
        known = nil
    }

    private func tellLoop() {
        known?.task.cancel()
        let bound = NIOLoopBound(self, eventLoop: loop)
        known = (loop.scheduleTask(deadline: due) { bound.value.wake() }, due)
    }

    private func wake() {
        known = nil
        if due > loop.now { return tellLoop() }
        due = .distantFuture
        ring()
    }
}
