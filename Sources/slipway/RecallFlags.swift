import ArgumentParser
import SlipwayCore
import SlipwayOnline

/// How packages recall, for commands that run them as a server does.
struct RecallFlags: ParsableArguments {
    @Option(
        name: [.customLong("faiss-neigh-num"), .customLong("faiss_neigh_num")],
        help: "Items a package recalls from its index where a request does not say (200).")
    var neighbours: Int?

    @Option(
        name: [.customLong("faiss-nprobe"), .customLong("faiss_nprobe")],
        help: "Lists of an IVF index a package looks at (100).")
    var probes: Int?

    @Option(
        name: [.customLong("tdm-retrieval-num"), .customLong("tdm_retrieval_num")],
        help: "Items a package recalls through its tree where a request does not say (200).")
    var treeItems: Int?

    func set(_ options: inout ScoringOptions) throws {
        options.neighbours = try checked(neighbours, "faiss-neigh-num") ?? options.neighbours
        options.probes = try checked(probes, "faiss-nprobe") ?? options.probes
        options.treeItems = try checked(treeItems, "tdm-retrieval-num") ?? options.treeItems
    }

    private func checked(_ value: Int?, _ name: String) throws -> Int? {
        guard let value else { return nil }
        guard (1...10_000_000).contains(value) else {
            throw SlipwayError(.invalidArgument, "--\(name) is \(value)", fix: "use 1 to 10000000, as the server does")
        }
        return value
    }
}
