import SlipwayCore

extension ItemTree {
    /// Reads upstream's `predict_edge_table.txt`: a header, then parent, child and weight of each edge, tabs between them;
    /// node -1 leads to the root.
    ///
    /// Source: tzrec/tools/tdm/gen_tree/tree_search_util.py.
    /// - Parameter branching: children of a node at most.
    /// - Throws: `corrupt` naming the line or the node.
    package init(edgeTable path: String, branching: Int) throws {
        guard branching > 1 else {
            throw SlipwayError(
                .invalidArgument, "a tree with \(branching) children a node", fix: "pass --n_cluster 2 or more")
        }
        var children: [String: [String]] = [:]
        try TabbedLines.read(path) { words, line in
            guard words.count >= 3 else { throw TabbedLines.wrong(path, line, "has no parent, child and weight") }
            children[String(words[0]), default: []].append(String(words[1]))
        }
        self = try withContext("in edges \(path)") { try ItemTree(children: children, branching: branching) }
    }

    private init(children: [String: [String]], branching: Int) throws {
        guard let roots = children[Self.aboveRoot], roots.count == 1 else {
            throw SlipwayError(
                .corrupt, "node -1 leads to \(children[Self.aboveRoot]?.count ?? 0) nodes, not to one root",
                fix: "name the table that upstream calls predict_edge_table")
        }
        var ids = ItemIDs()
        var levels: [Range<Int>] = []
        var firstChild: [Int32] = []
        var seen: Set<String> = []
        var level = roots
        while !level.isEmpty {
            levels.append(ids.count..<ids.count + level.count)
            var next: [String] = []
            for id in level {
                guard id != Self.aboveRoot, seen.insert(id).inserted else {
                    throw SlipwayError(.corrupt, "node \(id) has two parents", fix: "write the tree again")
                }
                ids.append(id.utf8)
                let own = children[id] ?? []
                guard own.count <= branching else {
                    throw SlipwayError(
                        .mismatch, "node \(id) has \(own.count) children", fix: "pass --n_cluster \(own.count) or more")
                }
                firstChild.append(Int32(clamping: (levels.last?.upperBound ?? 0) + next.count))
                next += own
            }
            level = next
        }
        firstChild.append(Int32(clamping: ids.count))
        self.init(ids, levels: levels, branching: branching, firstChild: firstChild)
    }

    /// What stands for the root's parent.
    static let aboveRoot = "-1"
}
