/// How a log is replayed and what counts as equal.
package struct ReplayOptions: Sendable {
    package enum Timing: Sendable, Equatable {
        case fast
        /// As the log's times say, so many times as fast.
        case recorded(speed: Double)
    }

    package var timing = Timing.fast
    /// Requests at the same time, each on a thread of its own.
    package var threads = 4
    /// Largest |first − second| / max(1, |first|) of scores.
    package var tolerance = 1e-5
    /// The same for features that are no whole numbers.
    package var featureTolerance = 1e-6
    /// Differing requests that are told one by one.
    package var shownRequests = 20

    package init() {}
}
