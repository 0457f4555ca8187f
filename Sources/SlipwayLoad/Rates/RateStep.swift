import SlipwayCore

/// A stretch of a run at one rate.
package struct RateStep: Sendable, Equatable {
    /// Requests a second.
    package let rate: Double
    package let seconds: Double
    /// Not measured: connections are made and caches filled.
    package var isWarmUp = false

    package init(rate: Double, seconds: Double, isWarmUp: Bool = false) {
        self.rate = rate
        self.seconds = seconds
        self.isWarmUp = isWarmUp
    }

    /// Rates separated by commas. Throws `invalidArgument` for what is no rate.
    package static func rates(_ text: String) throws -> [Double] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let part = part.drop { $0 == " " }
            guard let rate = Double(part), rate > 0, rate <= 1e6 else {
                throw SlipwayError(
                    .invalidArgument, "\"\(part)\" is no rate", fix: "give requests a second, above 0, at most 1000000")
            }
            return rate
        }
    }
}
