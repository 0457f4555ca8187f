import SlipwayCore

/// Walks a file in faiss's format and throws where its sizes, numbers of vectors or links do not agree with each
/// other or with the file, so that what faiss believes is true.
///
/// Flat (`IxFI`, `IxF2`), IVF (`IwFl`) and HNSW (`IHNf`) indexes over float32, as faiss has written them since 1.6;
/// others are `unsupported`.
/// Source: faiss 1.7.3, impl/index_write.cpp.
struct IndexFileCheck {
    private var cursor: IndexCursor
    private(set) var dimensions = 0
    private(set) var count = 0

    private struct Header {
        let dimensions: Int
        let count: Int
        let metric: Int32
    }

    /// - Throws: `corrupt` naming the byte, `unsupported` for other indexes.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        cursor = IndexCursor(bytes)
        let header: Header
        switch try cursor.word() {
        case "IwFl": header = try inverted()
        case "IHNf": header = try graph()
        case let word: header = try flat(word)
        }
        guard cursor.left == 0 else { throw cursor.wrong("\(cursor.left) bytes follow the index") }
        dimensions = header.dimensions
        count = header.count
    }

    private mutating func header() throws -> Header {
        let dimensions = try cursor.number(Int32.self)
        let count = try cursor.number(Int64.self)
        try cursor.skip(16)
        let isTrained = try cursor.number(UInt8.self)
        let metric = try cursor.number(Int32.self)
        guard (1...1 << 20).contains(dimensions) else { throw cursor.wrong("vectors of \(dimensions) dimensions") }
        guard (0...Int64(Int32.max)).contains(count) else { throw cursor.wrong("\(count) vectors") }
        guard isTrained == 1 else { throw cursor.wrong("an index that was not trained") }
        guard metric == 0 || metric == 1 else {
            throw SlipwayError(
                .unsupported, "the index compares by faiss's metric \(metric)", fix: "build it with IP or L2")
        }
        return Header(dimensions: Int(dimensions), count: Int(count), metric: metric)
    }

    private mutating func flat(_ word: String) throws -> Header {
        guard ["IxFI", "IxF2", "IxFl"].contains(word) else {
            guard word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
                throw cursor.wrong("no index of faiss begins so")
            }
            throw SlipwayError(
                .unsupported, "the index is of faiss's kind \(word)",
                fix: "build a flat, IVFFlat or HNSWFlat index; slipway index does")
        }
        let header = try header()
        let floats = try cursor.count(of: 4, "components of vectors")
        guard floats == header.count * header.dimensions else {
            throw cursor.wrong("\(floats) components for \(header.count) vectors of \(header.dimensions)")
        }
        try cursor.skip(floats * 4)
        return header
    }

    private mutating func nested(_ outer: Header, count: Int, _ what: String) throws {
        let header = try flat(try cursor.word())
        guard header.dimensions == outer.dimensions, header.count == count, header.metric == outer.metric else {
            throw cursor.wrong(
                "\(what) has \(header.count) vectors of \(header.dimensions), not \(count) of \(outer.dimensions)")
        }
    }

    // MARK: Inverted lists

    private mutating func inverted() throws -> Header {
        let header = try header()
        let lists = try cursor.size("lists")
        _ = try cursor.number(UInt64.self)  // lists that a search looks at
        guard lists > 0 else { throw cursor.wrong("an IVF index without lists") }
        try nested(header, count: lists, "the index of the lists")
        guard try cursor.number(UInt8.self) == 0, try cursor.count(of: 8, "places of vectors") == 0 else {
            throw SlipwayError(
                .unsupported, "the index has a direct map", fix: "write it without one, as slipway index does")
        }
        let word = try cursor.word()
        if word == "il00", header.count == 0 { return header }
        guard word == "ilar" else {
            throw SlipwayError(
                .unsupported, "the index keeps its lists as \(word)", fix: "write it with its lists in memory")
        }
        guard try cursor.size("lists") == lists else { throw cursor.wrong("two numbers of lists") }
        let width = header.dimensions * 4
        guard try cursor.size("bytes of a vector") == width else { throw cursor.wrong("vectors of another size") }
        let sizes = try listSizes(lists)
        guard sizes.reduce(0, { $0.addingReportingOverflow($1).partialValue }) == header.count else {
            throw cursor.wrong("the lists do not hold \(header.count) vectors")
        }
        for size in sizes where size > 0 {
            try cursor.skip(size * width)
            for _ in 0..<size {
                let id = try cursor.number(Int64.self)
                guard (0..<Int64(header.count)).contains(id) else {
                    throw cursor.wrong("vector number \(id) of \(header.count)")
                }
            }
        }
        return header
    }

    private mutating func listSizes(_ lists: Int) throws -> [Int] {
        let form = try cursor.word()
        let words = try cursor.count(of: 8, "sizes of lists")
        if form == "full", words == lists { return try (0..<lists).map { _ in try cursor.size("a list") } }
        guard form == "sprs", words.isMultiple(of: 2) else { throw cursor.wrong("\(words) sizes for \(lists) lists") }
        var sizes = [Int](repeating: 0, count: lists)
        var last = -1
        for _ in 0..<words / 2 {
            let list = try cursor.size("a list's number")
            guard list > last, list < lists else { throw cursor.wrong("list number \(list) of \(lists)") }
            sizes[list] = try cursor.size("a list")
            last = list
        }
        return sizes
    }

    // MARK: Graph

    private mutating func graph() throws -> Header {
        let header = try header()
        let levelCount = try cursor.count(of: 8, "levels")
        try cursor.skip(levelCount * 8)
        let starts = try cursor.numbers(Int32.self, "starts of levels").map(Int.init)
        let levels = try cursor.numbers(Int32.self, "levels of vectors").map(Int.init)
        let offsets = try cursor.numbers(UInt64.self, "places of neighbours")
        let neighbours = try cursor.numbers(Int32.self, "neighbours").map(Int.init)
        let entry = Int(try cursor.number(Int32.self))
        let top = Int(try cursor.number(Int32.self))
        try cursor.skip(4)  // candidates when vectors are added
        let width = try cursor.number(Int32.self)
        guard (1...1 << 16).contains(width) else { throw cursor.wrong("a search through \(width) candidates") }
        guard try cursor.number(Int32.self) == 1 else { throw cursor.wrong("a beam in the upper levels") }
        guard starts.first == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), levels.count == header.count,
            offsets.count == header.count + 1, offsets.first == 0, offsets.last == UInt64(neighbours.count)
        else { throw cursor.wrong("links that do not fit \(header.count) vectors") }
        for (vector, level) in levels.enumerated() {
            let begin = offsets[vector], end = offsets[vector + 1]
            guard level > 0, level < starts.count, begin <= end, end <= UInt64(neighbours.count),
                end - begin == UInt64(starts[level])
            else { throw cursor.wrong("links of vector \(vector)") }
            for layer in 0..<level {
                for place in Int(begin) + starts[layer]..<Int(begin) + starts[layer + 1] {
                    let other = neighbours[place]
                    guard other == -1 || (levels.indices.contains(other) && levels[other] > layer) else {
                        throw cursor.wrong("vector \(vector) has neighbour \(other) on level \(layer)")
                    }
                }
            }
        }
        let isEmpty = header.count == 0 && entry == -1
        guard isEmpty || (levels.indices.contains(entry) && levels[entry] == top + 1) else {
            throw cursor.wrong("the search would begin at vector \(entry) on level \(top)")
        }
        try nested(header, count: header.count, "the index's store")
        return header
    }
}
