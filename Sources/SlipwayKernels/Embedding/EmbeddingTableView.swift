internal import CSlipwayKernels
public import SlipwayCore

/// Rows of one embedding table in memory that someone else owns and keeps alive.
public struct EmbeddingTableView: @unchecked Sendable {
    let table: slipway_row_table
    public let dtype: DType

    /// Rows N.
    public var rowCount: Int { Int(table.row_count) }
    /// Elements D of one row.
    public var width: Int { Int(table.width) }

    /// Where row 0 is.
    package var baseAddress: UnsafeRawPointer? { table.rows }
    /// From the start of one row to the start of the next.
    package var rowStrideBytes: Int { Int(table.row_stride_bytes) }

    /// - Parameters:
    ///   - bytes: the table's memory: `rowCount` rows, `rowStrideBytes` apart; the last row needs no padding.
    ///   - rowStrideBytes: from the start of one row to the start of the next.
    ///
    /// Throws: `corrupt` where the rows do not fit `bytes`, `unsupported` where `dtype` cannot hold `width`.
    public init(_ bytes: UnsafeRawBufferPointer, rowCount: Int, rowStrideBytes: Int, width: Int, dtype: DType) throws {
        let rowBytes = try RowQuantizer.rowBytes(dtype, width: width)
        guard rowCount >= 0, width >= 0, rowStrideBytes >= rowBytes else {
            throw SlipwayError(
                .corrupt, "\(rowCount) rows of \(width) × \(dtype) cannot be \(rowStrideBytes) bytes apart")
        }
        if rowCount > 0 {
            let (gap, overflow) = (rowCount - 1).multipliedReportingOverflow(by: rowStrideBytes)
            guard !overflow, gap <= bytes.count, rowBytes <= bytes.count - gap else {
                throw SlipwayError(
                    .corrupt,
                    "\(rowCount) rows, \(rowStrideBytes) bytes apart, do not fit the \(bytes.count) bytes of the table")
            }
        }
        table = slipway_row_table(
            rows: bytes.baseAddress, row_count: Int64(rowCount), row_stride_bytes: Int64(rowStrideBytes),
            width: Int64(width), dtype: try RowQuantizer.rowCode(dtype))
        self.dtype = dtype
    }

    /// How the rows of one bag become one row.
    public enum Pooling: Int32, Sendable, Hashable {
        case sum = 0
        /// Divided by the bag's length; weights do not enter the divisor.
        case mean = 1
    }

    /// What to do with an id outside 0..<N.
    public enum BadIDs: Int32, Sendable, Hashable {
        /// Throw `outOfRange`, naming the id and its position.
        case refuse = 0
        /// As fbgemm's quantized lookup: -1 adds a zero vector (and counts in the mean's divisor), any other
        /// reads row 0.
        case map = 1
    }

    /// Pooled rows: one output row per bag; an empty bag gives zeros. Returns how many bad ids were mapped.
    ///
    /// Quantized rows give the same bits on every instruction set.
    ///
    /// Shapes: ids [sum of lengths], lengths [B], weights [ids] or nil, out [B, D].
    @discardableResult
    public func pool(
        ids: UnsafeBufferPointer<Int64>, lengths: UnsafeBufferPointer<Int32>, weights: UnsafePointer<Float>? = nil,
        pooling: Pooling, badIDs: BadIDs, out: MutableMatrixView, isa: InstructionSet = .current
    ) throws -> Int {
        try checkShape(out, rows: lengths.count, "embedding_bag")
        var arguments = slipway_bag_args(
            table: table, ids: ids.baseAddress, id_count: Int64(ids.count), lengths: lengths.baseAddress,
            bag_count: Int64(lengths.count), weights: weights, out: out.base, ldo: Int64(out.stride),
            pooling: pooling.rawValue, bad_ids: badIDs.rawValue)
        var report = slipway_id_report()
        let status = isa.kernels.pointee.embedding_bag(&arguments, &report)
        try checkIDs(status, report, ids, "embedding_bag")
        return Int(report.mapped)
    }

    /// One output row per id. Returns how many bad ids were mapped.
    ///
    /// Shapes: ids [T], out [T, D].
    @discardableResult
    public func gather(
        ids: UnsafeBufferPointer<Int64>, badIDs: BadIDs, out: MutableMatrixView, isa: InstructionSet = .current
    ) throws -> Int {
        try checkShape(out, rows: ids.count, "embedding_lookup")
        var arguments = slipway_lookup_args(
            table: table, ids: ids.baseAddress, id_count: Int64(ids.count), out: out.base, ldo: Int64(out.stride),
            bad_ids: badIDs.rawValue)
        var report = slipway_id_report()
        let status = isa.kernels.pointee.embedding_lookup(&arguments, &report)
        try checkIDs(status, report, ids, "embedding_lookup")
        return Int(report.mapped)
    }

    /// Rows `first ..< first + out.rows` as float32. Shapes: out [rows, D].
    public func dequantize(from first: Int, out: MutableMatrixView, isa: InstructionSet = .current) throws {
        try checkShape(out, rows: out.rows, "dequantize_rows")
        let status = withUnsafePointer(to: table) {
            isa.kernels.pointee.dequantize_rows($0, Int64(first), Int64(out.rows), out.base, Int64(out.stride))
        }
        try check(status, "dequantize_rows")
    }

    private func checkShape(_ out: MutableMatrixView, rows: Int, _ kernel: StaticString) throws {
        guard out.rows == rows, out.columns == width else {
            throw SlipwayError(
                .internalFault,
                "\(kernel): output is [\(out.rows), \(out.columns)] where [\(rows), \(width)] is needed")
        }
    }

    private func checkIDs(
        _ status: Int32, _ report: slipway_id_report, _ ids: UnsafeBufferPointer<Int64>, _ kernel: StaticString
    ) throws {
        guard status == Int32(SLIPWAY_BAD_ID.rawValue) else { return try check(status, kernel) }
        let position = Int(report.first_bad)
        let id = ids.indices.contains(position) ? "\(ids[position])" : "?"
        throw SlipwayError(
            .outOfRange, "id \(id) at position \(position) is not in the table's range [0, \(rowCount))",
            fix: "check the feature's num_buckets, vocabulary or hash_bucket_size against the data")
    }
}
