/// Byte pair encoding's loop: neighbours joined pair by pair, the cheapest pair first, the leftmost of equals.
struct PairMerging<Piece> {
    private struct Candidate {
        let cost: Double
        let left: Int
        let right: Int
        /// Pieces that changed since make it void.
        let leftVersion: Int
        let rightVersion: Int
        let joined: Piece

        func isBefore(_ other: Candidate) -> Bool {
            cost == other.cost ? left < other.left : cost < other.cost
        }
    }

    private var pieces: [Piece]
    private var versions: [Int]
    private var before: [Int]
    private var after: [Int]
    /// A binary heap, the cheapest first.
    private var heap: [Candidate] = []
    private let join: (Piece, Piece) -> (cost: Double, joined: Piece)?

    /// - Parameter join: the piece that two make and what it costs; nil where they cannot be joined.
    static func merge(_ pieces: [Piece], _ join: (Piece, Piece) -> (cost: Double, joined: Piece)?) -> [Piece] {
        guard pieces.count > 1 else { return pieces }
        return withoutActuallyEscaping(join) { join in
            var merging = PairMerging(pieces, join)
            return merging.run()
        }
    }

    private init(_ pieces: [Piece], _ join: @escaping (Piece, Piece) -> (cost: Double, joined: Piece)?) {
        self.pieces = pieces
        self.join = join
        versions = Array(repeating: 0, count: pieces.count)
        before = Array(-1..<pieces.count - 1)
        after = Array(1...pieces.count)
    }

    private mutating func run() -> [Piece] {
        for left in 0..<pieces.count - 1 { add(left) }
        while let best = takeFirst() {
            guard versions[best.left] == best.leftVersion, versions[best.right] == best.rightVersion else { continue }
            pieces[best.left] = best.joined
            versions[best.left] += 1
            versions[best.right] = -1
            let next = after[best.right]
            after[best.left] = next
            if next < pieces.count { before[next] = best.left }
            if before[best.left] >= 0 { add(before[best.left]) }
            add(best.left)
        }
        var result: [Piece] = []
        var index = 0
        while index < pieces.count {
            result.append(pieces[index])
            index = after[index]
        }
        return result
    }

    /// Considers the pair that begins at `left`.
    private mutating func add(_ left: Int) {
        let right = after[left]
        guard right < pieces.count, let (cost, joined) = join(pieces[left], pieces[right]) else { return }
        heap.append(
            Candidate(
                cost: cost, left: left, right: right, leftVersion: versions[left], rightVersion: versions[right],
                joined: joined))
        var place = heap.count - 1
        while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func takeFirst() -> Candidate? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            if least == place { return first }
            heap.swapAt(place, least)
            place = least
        }
    }
}
