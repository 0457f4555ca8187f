/// A beam through a binary tree in its plainest form, over the scores of every node.
enum ExhaustiveBeam {
    /// Upstream's rule: from the first level of at least 2·n·k possible nodes on, the best 2k of each, the best k items.
    ///
    /// - Parameter codes: ids of nodes by code; node `c` has the children `2c + 1` and `2c + 2`.
    static func items(_ codes: [Int: String], _ scores: [String: Float], count: Int) -> [String] {
        func level(_ code: Int) -> Int { (code + 1).bitWidth - 1 - (code + 1).leadingZeroBitCount }
        let depth = codes.keys.map(level).max() ?? 0
        var start = 0
        while 1 << start < 4 * count, start < depth { start += 1 }
        var now = codes.keys.filter { level($0) == start }
        func best(_ count: Int) -> [Int] {
            Array(now.sorted { scores[codes[$0] ?? ""] ?? 0 > scores[codes[$1] ?? ""] ?? 0 }.prefix(count))
        }
        for _ in start..<depth {
            now = best(2 * count).flatMap { [2 * $0 + 1, 2 * $0 + 2] }.filter { codes[$0] != nil }
        }
        return best(count).compactMap { codes[$0] }
    }
}
