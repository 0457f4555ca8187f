package import SlipwayProtocol

/// What one side made of a request: scores and features, or why not.
package struct ReplayAnswer: Sendable {
    /// HTTP status; 200 for scores. 0 where no answer came.
    package var status = 200
    /// Why there are no scores.
    package var problem: String?
    /// Nil for a side that has features only.
    package var outputs: [PredictResponse.Output]?
    /// Ids of the items answered, in their order: the request's own, or those recalled. Empty where the side tells none.
    package var items: [String] = []
    package var rawFeatures: [LogRecord.FeatureText] = []
    package var generatedFeatures: [LogRecord.FeatureText] = []
    /// As the side says which model it is.
    package var modelVersion: String?

    package init() {}

    package init(status: Int, problem: String) {
        self.status = status
        self.problem = problem
    }
}
