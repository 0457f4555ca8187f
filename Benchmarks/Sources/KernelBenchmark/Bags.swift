import SlipwayCore
import SlipwayKernels

/// ns per row of sum-pooled bags of 50 and of single lookups, from a table in cache and from one in memory.
func benchmarkBags(_ isa: InstructionSet) throws {
    print("\(isa): embedding bags, ns per row: bags of 50 | bags of 1, table of 1,000 rows, then of 4,000,000 rows")
    for dtype in [DType.q8, .q4, .f16, .f32] {
        for width in [4, 8, 16, 32, 64] {
            var line = padded("\(dtype) × \(width)", 12)
            for rows in [1000, 4_000_000] {
                let stride = try RowQuantizer.rowBytes(dtype, width: width).roundedUp(to: 16)
                let bytes = [UInt8](repeating: 0x11, count: rows * stride)
                var state: UInt64 = 1
                let ids = (0..<50 * 400).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return Int64((state >> 33) % UInt64(rows))
                }
                for length in [50, 1] {
                    let lengths = [Int32](repeating: Int32(length), count: ids.count / length)
                    var out = [Float](repeating: 0, count: lengths.count * width)
                    let seconds = try bytes.withUnsafeBytes { bytes in
                        let table = try EmbeddingTableView(
                            bytes, rowCount: rows, rowStrideBytes: stride, width: width, dtype: dtype)
                        return try ids.withUnsafeBufferPointer { ids in
                            try lengths.withUnsafeBufferPointer { lengths in
                                try out.withUnsafeMutableBufferPointer { out in
                                    let to = MutableMatrixView(out.baseAddress, rows: lengths.count, columns: width)
                                    return try leastSeconds {
                                        try table.pool(
                                            ids: ids, lengths: lengths, pooling: .sum, badIDs: .map, out: to, isa: isa)
                                    }
                                }
                            }
                        }
                    }
                    line += padded(fixed(seconds * 1e9 / Double(ids.count), 2), 8)
                }
            }
            print(line)
        }
    }
}

extension Int {
    fileprivate func roundedUp(to unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
