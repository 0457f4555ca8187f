/// Byte strings and their numbers, found by prefix.
struct ByteTrie: Sendable {
    private struct Edge: Hashable {
        let node: Int32
        let byte: UInt8
    }

    private var edges: [Edge: Int32] = [:]
    private var ids: [Int32] = [-1]

    /// Of a string that comes twice the first number counts.
    mutating func insert(_ text: [UInt8], _ id: Int) {
        var node: Int32 = 0
        for byte in text {
            let edge = Edge(node: node, byte: byte)
            if let next = edges[edge] {
                node = next
            } else {
                ids.append(-1)
                node = Int32(ids.count - 1)
                edges[edge] = node
            }
        }
        if ids[Int(node)] < 0 { ids[Int(node)] = Int32(id) }
    }

    /// Calls `body` with the length and number of every string that `text[start..<end]` begins with, shortest first.
    func prefixes(_ text: [UInt8], _ start: Int, _ end: Int, _ body: (Int, Int) -> Void) {
        var node: Int32 = 0
        for position in start..<end {
            guard let next = edges[Edge(node: node, byte: text[position])] else { return }
            node = next
            if ids[Int(node)] >= 0 { body(position - start + 1, Int(ids[Int(node)])) }
        }
    }

    func find(_ text: ArraySlice<UInt8>) -> Int? {
        var node: Int32 = 0
        for byte in text {
            guard let next = edges[Edge(node: node, byte: byte)] else { return nil }
            node = next
        }
        return ids[Int(node)] >= 0 ? Int(ids[Int(node)]) : nil
    }
}
