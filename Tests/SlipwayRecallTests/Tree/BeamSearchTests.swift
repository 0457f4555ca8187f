import SlipwayRecall
import SlipwayTestSupport
import Testing

@Suite struct BeamSearchTests {
    private func tree(_ text: String) throws -> ItemTree {
        try Array(text.utf8).withUnsafeBytes { try ItemTree(servingText: $0) }
    }

    /// Levels of 1, 2, 3 and 4 nodes; see `ItemTreeTests`.
    private func small() throws -> ItemTree { try tree(ItemTreeTests.text) }

    @Test func beginsWhereThereAreEnoughNodes() throws {
        // A complete tree of 7 levels: 2^6 leaves.
        let text = "7 2\n" + (0..<127).map { "\($0) \($0)\n" }.joined()
        let levels = try [1, 2, 3, 4, 5, 8, 9, 16, 17, 1000, Int.max].map {
            BeamSearch(try tree(text), count: $0).firstLevel
        }
        // The first level of at least 4k nodes: log2 of 4, 8, 12, 16, 20, 32, 36, 64, then the last there is.
        #expect(levels == [2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6])
    }

    @Test func keepsTheBestOfEachLevel() throws {
        // For one item: from level 2 (c d e) the best two, whose children are w, or x y, or z.
        var asked: [[String]] = []
        let tree = try small()
        let scores: [String: Float] = ["c": 0.9, "d": 0.1, "e": 0.5, "w": 0.2, "x": 1, "y": 0.3, "z": 0.4]
        let hits = BeamSearch(tree, count: 1).run { nodes in
            asked.append(nodes.map { tree.ids[$0] })
            return nodes.map { scores[tree.ids[$0]] ?? -1 }
        }
        #expect(asked == [["c", "d", "e"], ["w", "z"]])
        #expect(hits.map { tree.ids[$0.node] } == ["z"] && hits.map(\.score) == [0.4])
    }

    @Test func equalScoresKeepTheirOrderAndNoNumbersComeLast() throws {
        let tree = try small()
        let hits = BeamSearch(tree, count: 3).run { nodes in
            nodes.map { tree.ids[$0] == "w" ? .nan : 1 }
        }
        #expect(hits.map { tree.ids[$0.node] } == ["x", "y", "z"])
        #expect(BeamSearch(tree, count: 100).run { nodes in nodes.map { Float($0) } }.map(\.node) == [9, 8, 7, 6])
        #expect(BeamSearch(tree, count: 0).run { _ in [] }.isEmpty)
    }

    /// Where the best nodes of a level are leaves there is nothing to score below them.
    @Test func endsWhereTheBestHaveNoChildren() throws {
        // c and d are the best of their level; only f has a child.
        let tree = try tree("4 2\n0 r\n1 a\n2 b\n3 c\n4 d\n5 e\n6 f\n13 g\n")
        var asked: [[String]] = []
        let hits = BeamSearch(tree, count: 1).run { nodes in
            asked.append(nodes.map { tree.ids[$0] })
            return nodes.map { -Float($0) }
        }
        #expect(asked == [["c", "d", "e", "f"]] && hits.isEmpty)
    }

    /// Against the plainest form of the same rule, over random trees and scores.
    @Test func equalsAnExhaustiveBeam() throws {
        for seed in 0..<40 {
            var random = SeededRandom(seed: UInt64(seed))
            let branching = Int.random(in: 2...4, using: &random)
            let depth = Int.random(in: 2...6, using: &random)
            var levels = [[0]]
            for _ in 1..<depth {
                levels.append(
                    levels[levels.count - 1].flatMap { code -> [Int] in
                        let all = (1...branching).map { code * branching + $0 }
                        return all.shuffled(using: &random).prefix(Int.random(in: 1...branching, using: &random))
                            .sorted()
                    })
            }
            let codes = levels.joined().sorted()
            let tree = try tree("\(depth) \(branching)\n" + codes.map { "\($0) \($0)\n" }.joined())
            let scores = Dictionary(uniqueKeysWithValues: codes.map { ($0, Float.random(in: 0...1, using: &random)) })
            let count = Int.random(in: 1...8, using: &random)

            var start = 0
            var size = 1
            while size < 2 * branching * count, start < depth - 1 {
                size *= branching
                start += 1
            }
            var beam = levels[start]
            for level in start..<depth - 1 {
                let kept = Set(beam.sorted { scores[$0]! > scores[$1]! }.prefix(2 * count))
                beam = levels[level + 1].filter { kept.contains(($0 - 1) / branching) }
            }
            let expected = Array(beam.sorted { scores[$0]! > scores[$1]! }.prefix(count))
            let hits = BeamSearch(tree, count: count).run { nodes in
                nodes.map { scores[Int(tree.ids[$0]) ?? -1] ?? .nan }
            }
            #expect(hits.map { tree.ids[$0.node] } == expected.map(String.init), "seed \(seed)")
        }
    }
}
