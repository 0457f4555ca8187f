/// One column of rows in Arrow's memory layout, read-only, over memory that `owner` keeps alive.
///
/// Layout by type, all indices counted from row 0 of this column (offsets of slices are already applied):
/// - fixed width: `values` points at `count` elements (`bool` as one byte an element, 0 or 1);
/// - string: `offsets` has `count + 1` entries into the bytes at `values`;
/// - list: `offsets` has `count + 1` entries into `children[0]`;
/// - map: `offsets` has `count + 1` entries into `children[0]` (keys) and `children[1]` (values).
///
/// What `elements` and `bytes` return is valid only while the column lives: a caller that keeps no other reference to it wraps
/// the use in `withExtendedLifetime`.
///
/// `@unchecked Sendable`: the memory is never written after construction.
public final class Column: @unchecked Sendable {
    public let type: ColumnType
    public let count: Int
    public let nullCount: Int
    /// One byte a row, 1 = present; nil when no row is null.
    public let validity: UnsafePointer<UInt8>?
    public let offsets: UnsafePointer<Int32>?
    public let values: UnsafeRawPointer?
    public let children: [Column]
    private let owner: AnyObject

    public init(
        type: ColumnType, count: Int, nullCount: Int = 0, validity: UnsafePointer<UInt8>? = nil,
        offsets: UnsafePointer<Int32>? = nil, values: UnsafeRawPointer? = nil, children: [Column] = [], owner: AnyObject
    ) {
        self.type = type
        self.count = count
        self.nullCount = nullCount
        self.validity = validity
        self.offsets = offsets
        self.values = values
        self.children = children
        self.owner = owner
    }

    @inlinable
    public func isNull(_ row: Int) -> Bool {
        guard let validity else { return false }
        return validity[row] == 0
    }

    /// The elements of a fixed-width column as `T`; the caller has checked `type`.
    @inlinable
    public func elements<T: BitwiseCopyable>(as _: T.Type) -> UnsafeBufferPointer<T> {
        guard count > 0, let values else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: values.assumingMemoryBound(to: T.self), count: count)
    }

    /// The UTF-8 bytes of one string row; empty for null.
    @inlinable
    public func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        guard let offsets, let values, !isNull(row) else { return UnsafeBufferPointer(start: nil, count: 0) }
        let start = Int(offsets[row])
        return UnsafeBufferPointer(
            start: values.assumingMemoryBound(to: UInt8.self) + start, count: Int(offsets[row + 1]) - start)
    }

    /// The range of child elements of one list or map row; empty for null.
    @inlinable
    public func range(_ row: Int) -> Range<Int> {
        guard let offsets, !isNull(row) else { return 0..<0 }
        return Int(offsets[row])..<Int(offsets[row + 1])
    }
}

/// Named columns of equal length: a batch of rows.
public struct ColumnBatch: Sendable {
    public let rowCount: Int
    public let names: [String]
    public let columns: [Column]
    private let indexByName: [String: Int]

    public init(rowCount: Int, columns: [(name: String, column: Column)]) {
        self.rowCount = rowCount
        self.names = columns.map(\.name)
        self.columns = columns.map(\.column)
        var index: [String: Int] = [:]
        for (position, name) in names.enumerated() where index[name] == nil { index[name] = position }
        self.indexByName = index
    }

    public subscript(name: String) -> Column? {
        indexByName[name].map { columns[$0] }
    }
}
