/// Who asks for what in made-up requests.
package struct SyntheticOptions: Sendable {
    package var users = 1_000_000
    package var items = 100_000
    /// Rank k comes in proportion to 1 / k^exponent.
    package var exponent = 1.05
    package var candidates = 200
    /// Steps of a sequence at most, where its feature does not keep fewer.
    package var sequenceSteps = 50
    /// Ids that the server has features for, most popular first; their features are then not sent.
    package var itemIDs: [String]?
    package var seed: UInt64 = 1

    package init() {}
}
