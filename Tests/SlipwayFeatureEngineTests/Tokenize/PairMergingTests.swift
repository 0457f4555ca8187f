import Testing

@testable import SlipwayFeatureEngine

@Suite struct PairMergingTests {
    /// The definition: of all pairs the cheapest is joined, the leftmost of equals, until none is left.
    private static func defined(_ pieces: [String], _ costs: [String: Double]) -> [String] {
        var pieces = pieces
        while true {
            var best: (index: Int, cost: Double)?
            for index in pieces.indices.dropLast() {
                guard let cost = costs[pieces[index] + pieces[index + 1]] else { continue }
                if let known = best, known.cost <= cost { continue }
                best = (index, cost)
            }
            guard let best else { return pieces }
            pieces[best.index] += pieces[best.index + 1]
            pieces.remove(at: best.index + 1)
        }
    }

    private static func merged(_ pieces: [String], _ costs: [String: Double]) -> [String] {
        PairMerging.merge(pieces) { left, right in costs[left + right].map { ($0, left + right) } }
    }

    @Test func isTheDefinition() {
        var random = SplitMix(state: 5)
        for _ in 0..<500 {
            let letters = (0..<Int(random.next() % 30)).map { _ in ["a", "b", "c"][Int(random.next() % 3)] }
            var costs: [String: Double] = [:]
            for _ in 0..<random.next() % 20 {
                let word = (0..<2 + Int(random.next() % 4)).map { _ in ["a", "b", "c"][Int(random.next() % 3)] }
                    .joined()
                costs[word] = Double(random.next() % 6)
            }
            #expect(Self.merged(letters, costs) == Self.defined(letters, costs), "\(letters) \(costs)")
        }
    }

    @Test func equalsFromTheLeft() {
        #expect(Self.merged(["a", "a", "a"], ["aa": 1]) == ["aa", "a"])
        #expect(Self.merged(["a", "b", "c"], ["ab": 2, "bc": 1]) == ["a", "bc"])
        #expect(Self.merged([], [:]) == [])
    }

    /// A text without a blank is one word.
    @Test func longTextsTakeNoSquareTime() {
        let letters = Array(repeating: "a", count: 50_000)
        let found = Self.merged(letters, ["aa": 0, "aaaa": 1])
        #expect(found.count == 12_500)
    }
}
