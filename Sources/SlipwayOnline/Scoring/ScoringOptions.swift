package import SlipwayRuntime

/// How a model is served, apart from its package.
package struct ScoringOptions: Sendable {
    /// What requests carry.
    package enum FeatureMode: String, Sendable, CaseIterable {
        /// Already encoded features, a column each.
        case bypass
        /// The inputs of feature generation.
        case normal
        /// What the package's own config says: encoded for `FG_NONE`, else inputs of feature generation.
        case automatic = "auto"
    }

    package var featureMode = FeatureMode.automatic
    /// Outputs to answer with, in this order; all of them by name when nil.
    package var outputs: [String]?
    /// What stands in for every output of an item that nobody knows.
    package var itemEmptyScore: Float = 0
    package var badIDs = BadIDPolicy.map
    /// Candidates of one request, at most.
    package var maxCandidates = 10_000
    /// Items recalled where the request does not say how many.
    package var neighbours = 200
    /// Lists of an IVF index that are looked at.
    package var probes = 100
    /// Items recalled through a tree where the request does not say how many.
    package var treeItems = 200
    /// Check the hashes of every file before use.
    package var verifiesHashes = true
    /// Read tables where their file is mapped, which then must not change, instead of copying them.
    package var mapsTables = false
    /// Whether there is a source of item features.
    package var hasItems = false

    package init() {}
}
