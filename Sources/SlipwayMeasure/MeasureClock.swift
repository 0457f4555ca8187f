import Foundation

/// What a run is timed with.
public enum MeasureClock: String, Sendable, CaseIterable {
    /// Time passed, as a caller waits for it.
    case wall
    /// Time this thread had a core, for machines where other work runs.
    case cpu

    /// Nanoseconds since some fixed point.
    var now: UInt64 {
        var time = timespec()
        clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
