import SlipwayCore

/// Named tensors that can be read by rows: a checkpoint, a safetensors file, or one laid over another.
public protocol TensorSource: Sendable {
    var tensors: [String: TensorInfo] { get }

    /// Copies `rows` of dimension 0 (a scalar counts as one row) in the stored dtype, row-major, into `target`.
    ///
    /// Throws `notFound` for an unknown name, `outOfRange` for rows outside the tensor, `mismatch` when `target` is too
    /// small, and `corrupt` when the file does not hold what it promised.
    func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws

    /// Lets go of the pages behind `rows`, so that streaming a big table keeps memory bounded. Never changes values.
    func discardRows(_ name: String, _ rows: Range<Int>)
}

extension TensorSource {
    /// The description of one tensor. Throws `notFound` naming it.
    public func info(_ name: String) throws -> TensorInfo {
        guard let info = tensors[name] else {
            throw SlipwayError(
                .notFound, "no tensor \(name.prefix(512)) among the \(tensors.count) stored",
                fix: "check that the pipeline config belongs to this checkpoint")
        }
        return info
    }

    /// The description of one tensor, once `rows` and the size of `target` are known to fit it.
    func checkedInfo(_ name: String, _ rows: Range<Int>, _ targetBytes: Int) throws -> TensorInfo {
        let info = try info(name)
        guard rows.lowerBound >= 0, rows.upperBound <= info.rowCount else {
            throw SlipwayError(
                .outOfRange,
                "rows \(rows.lowerBound)..<\(rows.upperBound) of \(name) do not exist: it has \(info.rowCount)")
        }
        let (needed, overflow) = rows.count.multipliedReportingOverflow(by: info.rowByteCount)
        guard !overflow, needed <= targetBytes else {
            throw SlipwayError(.mismatch, "\(rows.count) rows of \(name) do not fit into \(targetBytes) bytes")
        }
        return info
    }
}
