import SlipwayGraph

/// Steps of a graph gathered into clusters that form no cycle.
struct StepClusters {
    /// What a step would like to be gathered by.
    struct Key: Hashable {
        let name: String
        /// Whether steps join that nothing connects.
        let isLoose: Bool
    }

    struct Cluster {
        let key: Key
        var steps: [Int] = []
        fileprivate var next: Set<Int> = []
    }

    private(set) var clusters: [Cluster] = []
    /// The cluster of each step; nil for steps without a key.
    private(set) var clusterOfStep: [Int?]

    /// More pieces than that of one key are not for people: further steps join whatever is there.
    private static let pieceLimit = 64

    /// - Parameter key: nil leaves a step out.
    init(_ graph: Graph, key: (Int) -> Key?) {
        clusterOfStep = Array(repeating: nil, count: graph.nodes.count)
        var producer = [Int?](repeating: nil, count: graph.values.count)
        var pieces: [String: [Int]] = [:]
        for (step, node) in graph.nodes.enumerated() {
            guard let key = key(step) else { continue }
            let before = Set(node.operands.compactMap { producer[$0.value.index] }.compactMap { clusterOfStep[$0] })
            let known = pieces[key.name] ?? []
            let connected = known.filter(before.contains)
            let mayJoin = key.isLoose || known.count >= Self.pieceLimit ? known : connected
            let home = (connected.reversed() + mayJoin.reversed()).first { !reaches($0, before) }
            let cluster = home ?? clusters.count
            if home == nil {
                clusters.append(Cluster(key: key))
                pieces[key.name, default: []].append(cluster)
            }
            clusters[cluster].steps.append(step)
            for earlier in before where earlier != cluster { clusters[earlier].next.insert(cluster) }
            clusterOfStep[step] = cluster
            for result in node.results { producer[result.index] = step }
        }
    }

    /// Names of keys that stand for more than one cluster, in name order.
    var splitNames: [String] {
        Dictionary(grouping: clusters, by: \.key.name).filter { $0.value.count > 1 }.keys.sorted()
    }

    /// Whether a path leads from `cluster` to another one of `targets`: a step that reads them cannot join it.
    private func reaches(_ cluster: Int, _ targets: Set<Int>) -> Bool {
        var seen: Set<Int> = [cluster]
        var open = [cluster]
        while let current = open.popLast() {
            for next in clusters[current].next where seen.insert(next).inserted {
                if targets.contains(next) { return true }
                open.append(next)
            }
        }
        return false
    }
}
