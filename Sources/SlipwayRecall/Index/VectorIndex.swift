internal import CSlipwayFaiss
import SlipwayCore

/// Vectors that can be searched for the nearest of a query.
///
/// `@unchecked Sendable`: built by one thread; afterwards only searched, which any number of threads may do at once.
package final class VectorIndex: @unchecked Sendable {
    private let handle: OpaquePointer
    package let type: IndexType
    /// Width of a vector (D).
    package let dimensions: Int
    /// Lists of an IVF index, else 0.
    package let listCount: Int
    /// Vectors in it (N).
    package private(set) var count: Int

    /// How an index is laid out.
    package struct Layout: Sendable, Hashable {
        package var type: IndexType
        /// Lists of an IVF index.
        package var listCount: Int
        /// Neighbours of a node of an HNSW index.
        package var neighbours: Int
        /// Candidates looked at when a node is added to an HNSW index.
        package var construction: Int

        package init(_ type: IndexType, listCount: Int = 1000, neighbours: Int = 32, construction: Int = 200) {
            self.type = type
            self.listCount = listCount
            self.neighbours = neighbours
            self.construction = construction
        }
    }

    /// An empty index.
    package init(_ layout: Layout, dimensions: Int) throws {
        let kind: slf_kind
        switch layout.type.kind {
        case .flat: kind = SLF_FLAT
        case .ivf: kind = SLF_IVF_FLAT
        case .hnsw: kind = SLF_HNSW_FLAT
        }
        var shape = slf_shape(
            kind: Int32(kind.rawValue),
            metric: Int32((layout.type.metric == .l2 ? SLF_L2 : SLF_INNER_PRODUCT).rawValue),
            dimensions: Int32(clamping: dimensions), list_count: Int64(layout.listCount),
            hnsw_neighbours: Int32(clamping: layout.neighbours), hnsw_construction: Int32(clamping: layout.construction)
        )
        var opened: OpaquePointer?
        try callFaiss("an index of \(dimensions) dimensions") { slf_create(&shape, &opened, $0) }
        guard let opened else { throw SlipwayError(.internalFault, "no index") }
        handle = opened
        type = layout.type
        self.dimensions = dimensions
        listCount = layout.type.kind == .ivf ? layout.listCount : 0
        count = 0
    }

    /// Reads faiss's own format. Throws `corrupt` and `unsupported` naming what is wrong with the file.
    package init(path: String) throws {
        let opened: OpaquePointer? = try MappedFile.withBytes(of: path) { bytes in
            try withContext("in index \(path)") { _ = try IndexFileCheck(bytes) }
            var opened: OpaquePointer?
            try callFaiss(path) { slf_read(bytes.baseAddress, UInt64(bytes.count), &opened, $0) }
            return opened
        }
        guard let opened else { throw SlipwayError(.internalFault, "\(path): read without an index") }
        handle = opened
        var shape = slf_shape()
        var vectors: Int64 = 0
        slf_describe(opened, &shape, &vectors)
        let kind: IndexType.Kind =
            shape.kind == Int32(SLF_IVF_FLAT.rawValue)
            ? .ivf : shape.kind == Int32(SLF_HNSW_FLAT.rawValue) ? .hnsw : .flat
        type = IndexType(kind, shape.metric == Int32(SLF_L2.rawValue) ? .l2 : .innerProduct)
        dimensions = Int(shape.dimensions)
        listCount = Int(shape.list_count)
        count = Int(vectors)
    }

    deinit { slf_free(handle) }

    /// Finds the lists of an IVF index from vectors `[n, D]`; the other kinds need none.
    package func train(_ vectors: [Float], threads: Int) throws {
        guard type.kind == .ivf else { return }
        try check(vectors)
        guard vectors.count / dimensions >= listCount else {
            throw SlipwayError(
                .invalidArgument, "\(vectors.count / dimensions) vectors cannot be put into \(listCount) lists",
                fix: "pass a smaller --ivf_nlist, or build a flat index")
        }
        try callFaiss("training the index") {
            slf_train(handle, vectors, Int64(vectors.count / dimensions), Int32(clamping: threads), $0)
        }
    }

    /// Adds vectors `[n, D]`, numbered on from `count`.
    package func add(_ vectors: [Float], threads: Int) throws {
        try check(vectors)
        try callFaiss("adding to the index") {
            slf_add(handle, vectors, Int64(vectors.count / dimensions), Int32(clamping: threads), $0)
        }
        count += vectors.count / dimensions
    }

    package func write(to path: String) throws {
        try callFaiss(path) { slf_write(handle, path, $0) }
    }

    private func check(_ vectors: [Float]) throws {
        guard dimensions > 0, vectors.count.isMultiple(of: dimensions) else {
            throw SlipwayError(
                .mismatch, "\(vectors.count) numbers are no whole vectors of \(dimensions) dimensions")
        }
    }

    /// The nearest vectors of each query.
    ///
    /// - Parameters:
    ///   - queries: `[rows, D]`.
    ///   - probes: lists of an IVF index to look at.
    /// - Returns: numbers and scores, `neighbours` a query, best first; number -1 where there are fewer.
    package func search(
        _ queries: [Float], neighbours: Int, probes: Int, threads: Int = 1
    ) throws -> (numbers: [Int64], scores: [Float]) {
        try check(queries)
        let rows = queries.count / dimensions
        guard rows > 0, neighbours > 0 else { return ([], []) }
        let size = rows.multipliedReportingOverflow(by: neighbours)
        guard !size.overflow, size.partialValue <= 1 << 31 else {
            throw SlipwayError(.outOfRange, "\(neighbours) neighbours of \(rows) queries are too many at once")
        }
        var numbers = [Int64](repeating: -1, count: size.partialValue)
        var scores = [Float](repeating: 0, count: size.partialValue)
        try callFaiss("searching the index") {
            slf_search(
                handle, queries, Int64(rows), Int64(neighbours), Int64(probes), Int32(clamping: threads), &scores,
                &numbers, $0)
        }
        return (numbers, scores)
    }
}
