import SlipwayCore

/// Orders features so that each comes after those it reads.
enum PlanOrder {
    /// Levels of plan indices: those of one level do not read one another. Only plans in `needed`.
    ///
    /// - Throws: `invalid_config` naming the features of a cycle.
    static func levels(_ plans: [FeaturePlan], needed: Set<Int>) throws -> [[Int]] {
        var waiting = Dictionary(uniqueKeysWithValues: needed.map { ($0, Set(plans[$0].producers).count) })
        var readers: [Int: [Int]] = [:]
        for index in needed.sorted() {
            for producer in Set(plans[index].producers) { readers[producer, default: []].append(index) }
        }
        var levels: [[Int]] = []
        var level = needed.filter { waiting[$0] == 0 }.sorted()
        var done = 0
        while !level.isEmpty {
            levels.append(level)
            done += level.count
            var next: [Int] = []
            for index in level {
                for reader in readers[index] ?? [] {
                    waiting[reader, default: 0] -= 1
                    if waiting[reader] == 0 { next.append(reader) }
                }
            }
            level = next.sorted()
        }
        guard done == needed.count else {
            let names = needed.filter { (waiting[$0] ?? 0) > 0 }.sorted().map { plans[$0].name }
            throw SlipwayError(
                .invalidConfig, "features read one another in a circle: \(names.prefix(8).joined(separator: ", "))",
                fix: "take one of the feature: inputs out")
        }
        return levels
    }

    /// `roots` and everything they read.
    static func closure(_ plans: [FeaturePlan], roots: [Int]) -> Set<Int> {
        var found = Set(roots)
        var open = roots
        while let index = open.popLast() {
            for producer in plans[index].producers where found.insert(producer).inserted { open.append(producer) }
        }
        return found
    }

    /// Which features are the same for all rows of a request. With feature-to-feature inputs all leaves must be user side
    /// (constants say nothing); without, all inputs must be. Features of sequence groups always are.
    static func userSide(_ plans: [FeaturePlan], order: [Int]) -> Set<Int> {
        let hasEdges = plans.contains { plan in plan.inputs.contains { isStatedEdge($0, of: plan, plans) } }
        var result: Set<Int> = []
        for index in order {
            let plan = plans[index]
            if plan.sequence?.group != nil {
                result.insert(index)
                continue
            }
            let isUser = plan.inputs.allSatisfy { input in
                switch (input.side, input.source) {
                case (.user, _): return true
                case (.const, _): return hasEdges
                case (.feature, .feature(let producer)): return result.contains(producer)
                default: return false
                }
            }
            if isUser { result.insert(index) }
        }
        return result
    }

    /// True for an input that names a feature in the config; helpers that fg.json adds to a feature do not count.
    private static func isStatedEdge(
        _ input: FeaturePlan.PlannedInput, of plan: FeaturePlan, _ plans: [FeaturePlan]
    ) -> Bool {
        guard input.side == .feature else { return false }
        guard case .feature(let producer) = input.source else { return true }
        return !["__lookup", "__text_norm"].contains { plans[producer].name == plan.name + $0 }
    }
}
