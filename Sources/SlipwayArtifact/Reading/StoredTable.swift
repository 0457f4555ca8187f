import Foundation
public import SlipwayCore

/// The rows of one embedding table in their stored form: N rows of width D, `rowStride` bytes apart.
///
/// `@unchecked Sendable`: the memory is never written, and `owner` keeps it alive.
public struct StoredTable: @unchecked Sendable {
    /// The graph's parameter name.
    public let name: String
    public let dtype: DType
    public let rowCount: Int
    public let width: Int
    /// Bytes from one row to the next.
    public let rowStride: Int
    /// `rowCount × rowStride` bytes, valid as long as this value or a copy of it lives.
    public let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject

    /// Throws `mismatch` when the bytes are not the rows promised, or begin at an address the type cannot have.
    public init(
        name: String, dtype: DType, rowCount: Int, width: Int, rowStride: Int, bytes: UnsafeRawBufferPointer,
        owner: AnyObject
    ) throws {
        guard dtype.isQuantizedRow || dtype == .f32 || dtype == .f16 || dtype == .bf16 else {
            throw SlipwayError(.mismatch, "table \(name): \(dtype.rawValue) is no type of a table")
        }
        guard rowCount >= 0, width >= 0, width <= 1 << 24, rowStride >= dtype.rowBytes(width: width) else {
            throw SlipwayError(
                .mismatch,
                "table \(name): rows of \(rowStride) bytes cannot hold \(width) elements of \(dtype.rawValue)")
        }
        let (needed, overflow) = rowCount.multipliedReportingOverflow(by: rowStride)
        guard !overflow, needed == bytes.count else {
            throw SlipwayError(
                .mismatch, "table \(name): \(rowCount) rows of \(rowStride) bytes against \(bytes.count) bytes")
        }
        let alignment = dtype.isQuantizedRow ? 1 : dtype.bitWidth / 8
        guard Int(bitPattern: bytes.baseAddress) % alignment == 0, rowStride % alignment == 0 else {
            throw SlipwayError(
                .mismatch, "table \(name): rows of \(dtype.rawValue) must begin on \(alignment) bytes",
                fix: "write the file again with its tensors on 64 bytes")
        }
        self.name = name
        self.dtype = dtype
        self.rowCount = rowCount
        self.width = width
        self.rowStride = rowStride
        self.bytes = bytes
        self.owner = owner
    }

    /// Gives the pages of a mapped table back to the system; they are read again when they are needed. Does nothing for a
    /// table in memory of its own.
    package func discardPages() {
        guard !(owner is HeapBytes), let base = bytes.baseAddress, bytes.count > 0 else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = Int(bitPattern: base) / page * page
        // Mapped read-only from a file: nothing is lost, so that a failure needs no answer.
        if let first = UnsafeMutableRawPointer(bitPattern: start) {
            _ = madvise(first, Int(bitPattern: base) + bytes.count - start, MADV_DONTNEED)
        }
    }

    /// A table in memory of its own, for tests and small models. `rowStride` nil means rows without padding.
    public init(name: String, dtype: DType, rowCount: Int, width: Int, rowStride: Int? = nil, copying bytes: [UInt8])
        throws
    {
        let storage = HeapBytes(bytes)
        try self.init(
            name: name, dtype: dtype, rowCount: rowCount, width: width,
            rowStride: rowStride ?? dtype.rowBytes(width: width), bytes: UnsafeRawBufferPointer(storage.bytes),
            owner: storage)
    }
}

private final class HeapBytes {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ source: [UInt8]) {
        bytes = .allocate(byteCount: source.count, alignment: 64)
        bytes.copyBytes(from: source)
    }

    deinit { bytes.deallocate() }
}
