import SlipwayFeatures

/// Which features depend on the item alone, so that they can be made once an item.
enum ItemSide {
    /// Names of those among `names` whose inputs, through features they read, all come from the item.
    static func names(_ names: [String], in features: FeatureSet) -> Set<String> {
        var known: [String: Bool] = [:]
        return Set(names.filter { isItem($0, features, &known, depth: 0) })
    }

    private static func isItem(
        _ name: String, _ features: FeatureSet, _ known: inout [String: Bool], depth: Int
    ) -> Bool {
        if let answer = known[name] { return answer }
        guard let feature = features[name], depth < 1000 else { return false }
        known[name] = false  // a cycle is nobody's
        guard !feature.isUserFeature, !feature.isGroupedSequence else { return false }
        let leaves = feature.inputs.filter { $0.side != .const }
        let answer =
            !leaves.isEmpty
            && leaves.allSatisfy { input in
                switch input.side {
                case .item: return true
                case .feature: return isItem(input.name, features, &known, depth: depth + 1)
                case .user, .context, .const: return false
                }
            }
        known[name] = answer
        return answer
    }
}
