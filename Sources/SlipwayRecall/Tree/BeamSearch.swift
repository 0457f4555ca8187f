/// Goes down a tree level by level: of each level's candidates the best stay, and their children are the next ones.
///
/// As upstream's retrieval: it begins at the first level of at least `2 · n · count` possible nodes (n: children of a
/// node) with all of them, keeps the best `2 · count` of each level, and gives the best `count` of the last. Equal
/// scores keep the order of the nodes.
/// Source: tzrec/tools/tdm/retrieval.py.
package struct BeamSearch: Sendable {
    package let tree: ItemTree
    /// Items to find.
    package let count: Int

    package init(_ tree: ItemTree, count: Int) {
        self.tree = tree
        self.count = max(count, 0)
    }

    package struct Hit: Sendable, Hashable {
        package let node: Int
        package let score: Float
    }

    /// The level whose nodes are all scored.
    package var firstLevel: Int {
        let wanted = count.multipliedReportingOverflow(by: 2 * tree.branching)
        var level = 0
        var nodes = 1
        while level < tree.levels.count - 1, wanted.overflow || nodes < wanted.partialValue {
            level += 1
            let more = nodes.multipliedReportingOverflow(by: tree.branching)
            nodes = more.overflow ? .max : more.partialValue
        }
        return level
    }

    /// - Parameter score: scores of the nodes given, in their order; called once a level.
    package func run(_ score: ([Int]) throws -> [Float]) rethrows -> [Hit] {
        guard count > 0 else { return [] }
        var nodes = Array(tree.levels[firstLevel])
        for level in firstLevel..<tree.levels.count where !nodes.isEmpty {
            let scores = try score(nodes)
            let isLast = level == tree.levels.count - 1
            let best = Self.best(scores, isLast ? count : 2 * count)
            if isLast { return best.map { Hit(node: nodes[$0], score: scores[$0]) } }
            nodes = best.flatMap { tree.children(nodes[$0]) }
        }
        return []
    }

    /// Places of the `count` highest scores, highest first; what is no number comes last.
    private static func best(_ scores: [Float], _ count: Int) -> ArraySlice<Int> {
        let keys = scores.map { $0.isNaN ? -Float.infinity : $0 }
        return keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] > keys[$1] }.prefix(count)
    }
}
