import SlipwayCore

/// Binary search of ids among keys in ascending order.
struct RemapIDsStep: Step {
    let ids: Int
    let output: Int
    /// Ascending; of equal keys the one that counts stands first.
    let keys: [Int64]
    let rows: [Int64]

    /// `keys` may be in any order.
    init(ids: Int, output: Int, keys: [Int64], rows: [Int64]) {
        self.ids = ids
        self.output = output
        let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        self.keys = order.map { keys[$0] }
        self.rows = order.map { rows[$0] }
    }

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let count = try frame.shape(ids).rows
        let source = frame[ids].int64s, out = frame[output].int64s
        keys.withUnsafeBufferPointer { keys in
            for index in 0..<count {
                let id = source[index]
                var low = 0, high = keys.count
                while low < high {
                    let middle = (low + high) / 2
                    if keys[middle] < id { low = middle + 1 } else { high = middle }
                }
                out[index] = low < keys.count && keys[low] == id ? rows[low] : Int64(keys.count - 1)
            }
        }
    }
}
