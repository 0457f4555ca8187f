import Foundation

/// Sleeping to a moment of the steady clock.
package enum SteadySleep {
    /// Returns at `time`, in nanoseconds of `SteadyClock`, or at once when that is over. Not for threads of the network.
    package static func until(_ time: UInt64) {
        var due = timespec()
        due.tv_sec = Int(time / 1_000_000_000)
        due.tv_nsec = Int(time % 1_000_000_000)
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nil) == EINTR {}
    }
}
