import SlipwayCore

/// A tree whose leaves are items: nodes level by level, the children of each side by side.
package struct ItemTree: Sendable {
    /// Ids of nodes, level by level.
    package let ids: ItemIDs
    /// Nodes of each level, the root's first.
    package let levels: [Range<Int>]
    /// Children of a node at most (n).
    package let branching: Int
    /// Where each node's children begin; they end where the next one's begin.
    private let firstChild: [Int32]

    /// - Parameter firstChild: for each node, and for one more behind the last.
    init(_ ids: ItemIDs, levels: [Range<Int>], branching: Int, firstChild: [Int32]) {
        self.ids = ids
        self.levels = levels
        self.branching = branching
        self.firstChild = firstChild
    }

    package var count: Int { ids.count }

    /// The children of a node; none of the last level's.
    package func children(_ node: Int) -> Range<Int> { Int(firstChild[node])..<Int(firstChild[node + 1]) }
}
