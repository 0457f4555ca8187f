/// Sizes of a value in one run, outermost first; 1 beyond the rank.
struct Shape: Equatable {
    static let maximumRank = 8

    private(set) var rank: Int
    private var sizes: SIMD8<Int>

    init(rank: Int) {
        self.rank = rank
        sizes = SIMD8(repeating: 1)
    }

    init(_ list: some Collection<Int>) {
        self.init(rank: list.count)
        for (axis, size) in list.enumerated() { sizes[axis] = size }
    }

    subscript(axis: Int) -> Int {
        get { sizes[axis] }
        set { sizes[axis] = newValue }
    }

    /// Size of dimension 0; 1 for a scalar.
    var rows: Int { sizes[0] }

    /// Elements of one index of dimension 0.
    var inner: Int { product(1..<max(rank, 1)) }

    /// Size of the last dimension; 1 for a scalar.
    var last: Int { rank == 0 ? 1 : sizes[rank - 1] }

    /// Product of the sizes of `axes`. Cannot overflow: `RunFrame` refuses such shapes.
    func product(_ axes: Range<Int>) -> Int {
        var result = 1
        for axis in axes { result &*= sizes[axis] }
        return result
    }

    /// Bytes of all elements, `elementBytes` each; nil when that overflows.
    func byteCount(elementBytes: Int) -> Int? {
        var result = elementBytes
        for axis in 0..<rank {
            let (product, overflow) = result.multipliedReportingOverflow(by: max(sizes[axis], 1))
            guard !overflow else { return nil }
            result = product
        }
        return (0..<rank).contains { sizes[$0] == 0 } ? 0 : result
    }

    func equals(_ list: [Int]) -> Bool { rank == list.count && list.indices.allSatisfy { sizes[$0] == list[$0] } }

    var list: [Int] { (0..<rank).map { sizes[$0] } }
}
