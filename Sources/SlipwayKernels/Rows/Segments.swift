internal import CSlipwayKernels
internal import SlipwayCore

extension InstructionSet {
    /// Softmax of scale * values within each segment. `out` may be `values`. Shapes: values, out [N], lengths [B].
    public func segmentSoftmax(
        _ values: UnsafeBufferPointer<Float>, lengths: UnsafeBufferPointer<Int32>, scale: Float = 1,
        into out: UnsafeMutableBufferPointer<Float>
    ) throws {
        try require(out.count == values.count, "segment_softmax")
        let status = kernels.pointee.segment_softmax(
            Int64(lengths.count), lengths.baseAddress, Int64(values.count), values.baseAddress, scale, out.baseAddress)
        try check(status, "segment_softmax")
    }

    /// The sum or mean of weights * values over each segment; an empty segment gives zeros, and the mean divides
    /// by the length.
    ///
    /// Shapes: values [N, D], weights [N] or nil, lengths [B], out [B, D].
    public func segmentSum(
        _ values: MatrixView, weights: UnsafePointer<Float>? = nil, lengths: UnsafeBufferPointer<Int32>,
        pooling: EmbeddingTableView.Pooling = .sum, into out: MutableMatrixView
    ) throws {
        try require(out.rows == lengths.count && out.columns == values.columns, "segment_sum")
        let status = kernels.pointee.segment_sum(
            Int64(lengths.count), lengths.baseAddress, Int64(values.rows), Int64(values.columns), values.base,
            Int64(values.stride), weights, pooling.rawValue, out.base, Int64(out.stride))
        try check(status, "segment_sum")
    }

    /// Input of target attention: for segment b with query row q, each of its rows s gives [q, s, q - s, q * s].
    ///
    /// Shapes: query [B, D], rows [N, D], lengths [B], out [N, 4D].
    public func attentionInput(
        query: MatrixView, rows: MatrixView, lengths: UnsafeBufferPointer<Int32>, into out: MutableMatrixView
    ) throws {
        let (columns, overflow) = rows.columns.multipliedReportingOverflow(by: 4)
        try require(
            !overflow && query.rows == lengths.count && query.columns == rows.columns && out.rows == rows.rows
                && out.columns == columns, "attention_input")
        let status = kernels.pointee.attention_input(
            Int64(lengths.count), lengths.baseAddress, Int64(rows.rows), Int64(rows.columns), query.base,
            Int64(query.stride), rows.base, Int64(rows.stride), out.base, Int64(out.stride))
        try check(status, "attention_input")
    }
}
