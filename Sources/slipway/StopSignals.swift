import Foundation

/// SIGTERM and SIGINT ask the process to end, the second one at once; SIGHUP asks for a reload where there is one.
///
/// `@unchecked Sendable`: nothing changes after construction.
final class StopSignals: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]
    private let stream: AsyncStream<Int32>

    /// - Parameter onStop: called at the first signal to end.
    init(onReload: (@Sendable () -> Void)? = nil, onStop: @escaping @Sendable () -> Void = {}) {
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        self.stream = stream
        let queue = DispatchQueue(label: "slipway-signals")
        let count = Counter()
        sources = ([SIGTERM, SIGINT] + (onReload == nil ? [] : [SIGHUP])).map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if number == SIGHUP { return onReload?() ?? () }
                if count.next() > 1 { Foundation.exit(1) }
                onStop()
                continuation.yield(number)
            }
            source.resume()
            return source
        }
    }

    /// Returns at the first signal to end.
    func wait() async {
        for await _ in stream { return }
    }

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var value = 0

        func next() -> Int {
            lock.withLock {
                value += 1
                return value
            }
        }
    }
}
