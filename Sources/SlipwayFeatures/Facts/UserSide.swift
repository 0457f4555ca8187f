/// Which features depend on the user alone.
enum UserSide {
    /// When a feature reads another one, user side is what every leaf input says; otherwise each feature's own inputs
    /// do.
    static func mark(_ features: inout [FeatureSpec]) {
        guard features.contains(where: { $0.inputs.contains { $0.side == .feature } }) else { return }
        var index: [String: Int] = [:]
        for (position, feature) in features.enumerated() where index[feature.name] == nil {
            index[feature.name] = position
        }
        var known: [Int: Bool] = [:]
        for position in features.indices {
            features[position].isUserFeature =
                features[position].isGroupedSequence
                || isUser(position, features, index, &known, depth: 0)
        }
    }

    private static func isUser(
        _ position: Int, _ features: [FeatureSpec], _ index: [String: Int], _ known: inout [Int: Bool], depth: Int
    ) -> Bool {
        if let answer = known[position] { return answer }
        known[position] = false  // a cycle is nobody's user feature
        let feature = features[position]
        var answer = !feature.inputs.isEmpty
        for input in feature.inputs where answer {
            switch input.side {
            case .user, .const: break
            case .item, .context: answer = false
            case .feature:
                guard let source = producer(of: input.name, for: feature, index), depth < 1000 else {
                    answer = false
                    break
                }
                answer = isUser(source, features, index, &known, depth: depth + 1)
            }
        }
        known[position] = answer
        return answer
    }

    /// A name means a sibling of the same sequence group first, then any feature.
    private static func producer(of name: String, for feature: FeatureSpec, _ index: [String: Int]) -> Int? {
        if feature.isGroupedSequence {
            let prefix = feature.name.dropLast(feature.featureName.count)
            if let sibling = index[prefix + name] { return sibling }
        }
        return index[name]
    }
}
