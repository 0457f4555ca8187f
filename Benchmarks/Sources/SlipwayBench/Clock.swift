import ArgumentParser
import Foundation

/// What a run is timed with.
enum Clock: String, ExpressibleByArgument, CaseIterable {
    /// Time passed, as a caller waits for it.
    case wall
    /// Time this thread had a core, for machines where other work runs.
    case cpu

    /// Nanoseconds since some fixed point.
    var now: Int {
        var time = timespec()
        clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
