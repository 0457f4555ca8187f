import SlipwayCore
import SlipwayKernels
import SlipwayTestSupport

/// An embedding table made from random floats, with padding between rows.
struct TestTable {
    var bytes: [UInt8]
    var rowCount: Int
    var stride: Int
    var width: Int
    var dtype: DType

    init(_ dtype: DType, rows: Int, width: Int, padding: Int = 3, using random: inout SeededRandom) throws {
        let values = Matrix(random.floats(rows * width), rows: rows, columns: width)
        let rowBytes = try RowQuantizer.rowBytes(dtype, width: width)
        self.dtype = dtype
        self.width = width
        rowCount = rows
        stride = rowBytes + padding
        var bytes = [UInt8](repeating: 0xEE, count: rows * stride)
        let stride = stride
        try bytes.withUnsafeMutableBytes { out in
            guard let base = out.baseAddress else { return }
            try values.read {
                try RowQuantizer.quantize($0, to: dtype, out: base, outStrideBytes: stride, isa: .scalar)
            }
        }
        self.bytes = bytes
    }

    func withView<T>(_ body: (EmbeddingTableView) throws -> T) throws -> T {
        try bytes.withUnsafeBytes { raw in
            try body(
                EmbeddingTableView(raw, rowCount: rowCount, rowStrideBytes: stride, width: width, dtype: dtype))
        }
    }

    /// Pooled rows and the number of mapped ids; columns of the output stand `width + gap` apart.
    func pool(
        _ ids: [Int64], _ lengths: [Int32], weights: [Float]? = nil, pooling: EmbeddingTableView.Pooling = .sum,
        badIDs: EmbeddingTableView.BadIDs = .refuse, isa: InstructionSet
    ) throws -> (values: [Float], mapped: Int) {
        var out = [Float](repeating: .nan, count: lengths.count * width)
        let mapped = try out.withUnsafeMutableBufferPointer { out in
            try ids.withUnsafeBufferPointer { ids in
                try lengths.withUnsafeBufferPointer { lengths in
                    try weights.withOptionalPointer { weights in
                        try withView {
                            try $0.pool(
                                ids: ids, lengths: lengths, weights: weights, pooling: pooling, badIDs: badIDs,
                                out: MutableMatrixView(out.baseAddress, rows: lengths.count, columns: width), isa: isa)
                        }
                    }
                }
            }
        }
        return (out, mapped)
    }

    func gather(
        _ ids: [Int64], badIDs: EmbeddingTableView.BadIDs = .refuse, isa: InstructionSet
    ) throws -> (values: [Float], mapped: Int) {
        var out = [Float](repeating: .nan, count: ids.count * width)
        let mapped = try out.withUnsafeMutableBufferPointer { out in
            try ids.withUnsafeBufferPointer { ids in
                try withView {
                    try $0.gather(
                        ids: ids, badIDs: badIDs,
                        out: MutableMatrixView(out.baseAddress, rows: ids.count, columns: width), isa: isa)
                }
            }
        }
        return (out, mapped)
    }
}

extension Optional where Wrapped == [Float] {
    /// The array's memory, or nil.
    func withOptionalPointer<T>(_ body: (UnsafePointer<Float>?) throws -> T) rethrows -> T {
        guard let array = self else { return try body(nil) }
        return try array.withUnsafeBufferPointer { try body($0.baseAddress) }
    }
}
