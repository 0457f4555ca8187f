import SlipwayArtifact
import SlipwayCore
import SlipwayKernels
import Testing

extension RuntimeFixture {
    /// `values` as rows of `dtype`, and what they mean.
    static func table(_ name: String, _ dtype: DType, _ shape: [Int], _ values: [Float]) throws -> (
        stored: StoredTable, floats: [Float]
    ) {
        let rowBytes = try RowQuantizer.rowBytes(dtype, width: shape[1])
        var bytes = [UInt8](repeating: 0, count: shape[0] * rowBytes)
        var floats = [Float](repeating: 0, count: values.count)
        try bytes.withUnsafeMutableBytes { memory in
            try values.withUnsafeBufferPointer { x in
                try RowQuantizer.quantize(
                    MatrixView(x.baseAddress, rows: shape[0], columns: shape[1]), to: dtype,
                    out: try #require(memory.baseAddress), outStrideBytes: rowBytes, isa: .scalar)
            }
            let view = try EmbeddingTableView(
                UnsafeRawBufferPointer(memory), rowCount: shape[0], rowStrideBytes: rowBytes, width: shape[1],
                dtype: dtype)
            try floats.withUnsafeMutableBufferPointer {
                try view.dequantize(
                    from: 0, out: MutableMatrixView($0.baseAddress, rows: shape[0], columns: shape[1]), isa: .scalar)
            }
        }
        return (try StoredTable(name: name, dtype: dtype, rowCount: shape[0], width: shape[1], copying: bytes), floats)
    }
}
