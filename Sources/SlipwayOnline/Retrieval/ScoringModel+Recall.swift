import SlipwayRecall

extension ScoringModel {
    /// What the model recalls items from, in words; nil where it recalls none.
    package var recallDescription: String? {
        if let index = index?.recall.index {
            let lists =
                index.listCount > 0 ? ", \(min(options.probes, index.listCount)) of \(index.listCount) lists" : ""
            return "\(index.type.rawValue) index of \(index.count) items\(lists)"
        }
        return tree.map { "tree of \($0.tree.levels.last?.count ?? 0) items in \($0.tree.levels.count) levels" }
    }
}
