import SlipwayCore

extension ItemTree {
    package static let fileName = "serving_tree"

    /// Reads upstream's `serving_tree`: a line with the number of levels and of children, then a code and an id a node.
    /// Node `c` has the children `c · n + 1` to `c · n + n`; the root is 0.
    ///
    /// Source: tzrec/tools/tdm/gen_tree/tree_search_util.py.
    /// - Throws: `corrupt` naming the line.
    package init(servingFile path: String) throws {
        self = try MappedFile.withBytes(of: path) { bytes in
            try withContext("in tree \(path)") { try ItemTree(servingText: bytes) }
        }
    }

    package init(servingText text: UnsafeRawBufferPointer) throws {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        func wrong(_ line: Int, _ what: String) -> SlipwayError {
            SlipwayError(
                .corrupt, "line \(line + 1) \(what)", fix: "write the tree again; each line is a node's code and its id"
            )
        }
        func pair(_ line: Int) -> (code: Int, id: Slice<UnsafeRawBufferPointer>)? {
            let words = lines[line].split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard words.count == 2, let code = Int(String(decoding: words[0], as: UTF8.self)) else { return nil }
            return (code, words[1].last == UInt8(ascii: "\r") ? words[1].dropLast() : words[1])
        }
        if lines.last?.isEmpty == true { lines = lines.dropLast() }
        guard let head = lines.isEmpty ? nil : pair(0), let branching = Int(String(decoding: head.id, as: UTF8.self)),
            (1...64).contains(head.code), (2...1 << 20).contains(branching)
        else { throw wrong(0, "is no number of levels and of children") }
        var ids = ItemIDs()
        var codes: [Int] = []
        for line in lines.indices.dropFirst() {
            guard let (code, id) = pair(line) else { throw wrong(line, "is no code and id") }
            guard code > codes.last ?? -1, code <= Int.max / 2 / branching else {
                throw wrong(line, "has the code \(code) after \(codes.last ?? -1)")
            }
            codes.append(code)
            ids.append(id)
        }
        guard codes.first == 0 else { throw wrong(1, "is not the root, whose code is 0") }
        let (levels, firstChild) = try Self.link(codes, branching, depth: head.code)
        self.init(ids, levels: levels, branching: branching, firstChild: firstChild)
    }

    private static func link(_ codes: [Int], _ branching: Int, depth: Int) throws -> ([Range<Int>], [Int32]) {
        var levels: [Range<Int>] = [0..<1]
        var firstChild: [Int32] = []
        var next = 1
        for node in codes.indices {
            if node == levels[levels.count - 1].upperBound { levels.append(node..<next) }
            firstChild.append(Int32(clamping: next))
            let last = codes[node] * branching + branching
            while next < codes.count, codes[next] <= last {
                guard codes[next] > codes[node] * branching else { throw orphan(codes[next]) }
                next += 1
            }
        }
        guard next == codes.count else { throw orphan(codes[next]) }
        firstChild.append(Int32(clamping: next))
        guard levels.count == depth else {
            throw SlipwayError(
                .corrupt, "the first line says \(depth) levels, the nodes make \(levels.count)",
                fix: "write the tree again")
        }
        return (levels, firstChild)
    }

    private static func orphan(_ code: Int) -> SlipwayError {
        SlipwayError(.corrupt, "node \(code) has no parent", fix: "write the tree again")
    }
}
