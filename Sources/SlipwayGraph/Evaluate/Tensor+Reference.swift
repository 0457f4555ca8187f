import SlipwayCore

extension Tensor {
    /// Elements of one index of the first dimension.
    var rowSize: Int { shape.dropFirst().reduce(1, *) }

    /// Product of all dimensions but the last.
    var outerCount: Int { shape.dropLast().reduce(1, *) }

    /// Applies `body` to every element.
    func map(_ body: (Float) -> Float) -> Tensor { Tensor(shape: shape, floats: floats.map(body)) }

    /// The flat index in `shape` that element `index` of `target` reads under numpy broadcasting.
    static func broadcastIndex(_ index: Int, target: [Int], shape: [Int]) -> Int {
        var remaining = index
        var result = 0
        var stride = 1
        for position in 0..<target.count {
            let axis = target.count - 1 - position
            let coordinate = target[axis] == 0 ? 0 : remaining % target[axis]
            remaining /= max(target[axis], 1)
            let own = shape.count - 1 - position
            if own >= 0 {
                if shape[own] != 1 { result += coordinate * stride }
                stride *= shape[own]
            }
        }
        return result
    }

    /// The shape two operands broadcast to. Throws `mismatch`.
    static func broadcastShape(_ a: [Int], _ b: [Int]) throws -> [Int] {
        let rank = max(a.count, b.count)
        return try (0..<rank).map { position in
            let left = position < rank - a.count ? 1 : a[position - (rank - a.count)]
            let right = position < rank - b.count ? 1 : b[position - (rank - b.count)]
            guard left == right || left == 1 || right == 1 else {
                throw SlipwayError(.mismatch, "shapes \(a) and \(b) do not broadcast")
            }
            return left == 1 ? right : left
        }
    }
}

/// Segments of a jagged value: where each row starts, from its lengths.
struct Segments {
    let starts: [Int]

    /// Throws `mismatch` when a length is negative or the sum is too large.
    init(lengths: [Int64], of what: String) throws {
        var starts = [0], total = 0
        for (row, length) in lengths.enumerated() {
            guard length >= 0, let next = CheckedSize.sum([total, Int(length)]) else {
                throw SlipwayError(.mismatch, "\(what): length of row \(row) is \(length)")
            }
            total = next
            starts.append(total)
        }
        self.starts = starts
    }

    /// Throws `mismatch` when a length is negative or the lengths do not add up to `count`.
    init(lengths: [Int64], count: Int, of what: String) throws {
        try self.init(lengths: lengths, of: what)
        guard total == count else {
            throw SlipwayError(.mismatch, "\(what): lengths add up to \(total), but there are \(count) values")
        }
    }

    var count: Int { starts.count - 1 }
    var total: Int { starts.last ?? 0 }
    subscript(row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }
}
