/// Memory of a column built in Swift.
private final class ColumnStorage {
    var bytes: [UnsafeMutableRawPointer] = []

    func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafeRawPointer {
        let size = max(1, values.count * MemoryLayout<T>.stride)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        values.withUnsafeBytes { source in
            if let base = source.baseAddress, source.count > 0 {
                memory.copyMemory(from: base, byteCount: source.count)
            }
        }
        bytes.append(memory)
        return UnsafeRawPointer(memory)
    }

    deinit {
        for memory in bytes { memory.deallocate() }
    }
}

extension Column {
    /// A fixed-width column; `nil` rows are null.
    private static func fixed<T: BitwiseCopyable>(_ type: ColumnType, _ rows: [T?], zero: T) -> Column {
        let storage = ColumnStorage()
        let values = storage.copy(rows.map { $0 ?? zero })
        let nulls = rows.count { $0 == nil }
        let validity = nulls == 0 ? nil : storage.copy(rows.map { $0 == nil ? UInt8(0) : 1 })
        return Column(
            type: type, count: rows.count, nullCount: nulls,
            validity: validity?.assumingMemoryBound(to: UInt8.self), values: values, owner: storage)
    }

    public static func int64(_ rows: [Int64?]) -> Column { fixed(.int64, rows, zero: 0) }
    public static func int32(_ rows: [Int32?]) -> Column { fixed(.int32, rows, zero: 0) }
    public static func float(_ rows: [Float?]) -> Column { fixed(.float, rows, zero: 0) }
    public static func double(_ rows: [Double?]) -> Column { fixed(.double, rows, zero: 0) }
    public static func bool(_ rows: [Bool?]) -> Column {
        fixed(.bool, rows.map { $0.map { $0 ? UInt8(1) : 0 } }, zero: 0)
    }

    /// A column without nulls.
    private static func present<T: BitwiseCopyable>(_ type: ColumnType, _ values: [T]) -> Column {
        let storage = ColumnStorage()
        return Column(type: type, count: values.count, values: storage.copy(values), owner: storage)
    }

    /// A column of these values, none of them null.
    public static func of(_ values: [Int64]) -> Column { present(.int64, values) }
    public static func of(_ values: [Float]) -> Column { present(.float, values) }
    public static func of(_ values: [Double]) -> Column { present(.double, values) }

    /// A list column in which every row has `width` elements of `child`.
    public static func list(width: Int, child: Column) -> Column {
        let rows = width == 0 ? 0 : child.count / width
        let storage = ColumnStorage()
        let offsets = (0...rows).map { Int32(clamping: $0 * width) }
        return Column(
            type: .list(child.type), count: rows,
            offsets: storage.copy(offsets).assumingMemoryBound(to: Int32.self), children: [child], owner: storage)
    }

    public static func string(_ rows: [String?]) -> Column {
        let storage = ColumnStorage()
        var offsets: [Int32] = [0]
        var bytes: [UInt8] = []
        for row in rows {
            bytes.append(contentsOf: Array((row ?? "").utf8))
            offsets.append(Int32(bytes.count))
        }
        let nulls = rows.count { $0 == nil }
        let validity = nulls == 0 ? nil : storage.copy(rows.map { $0 == nil ? UInt8(0) : 1 })
        return Column(
            type: .string, count: rows.count, nullCount: nulls,
            validity: validity?.assumingMemoryBound(to: UInt8.self),
            offsets: storage.copy(offsets).assumingMemoryBound(to: Int32.self), values: storage.copy(bytes),
            owner: storage)
    }

    /// A string column over UTF-8 text: row i ends at `ends[i]` of `bytes`.
    public static func texts(bytes: [UInt8], ends: [Int32], nulls: [Bool]) -> Column {
        let storage = ColumnStorage()
        let nullCount = nulls.count { $0 }
        return Column(
            type: .string, count: ends.count, nullCount: nullCount,
            validity: nullCount == 0
                ? nil : storage.copy(nulls.map { $0 ? UInt8(0) : 1 }).assumingMemoryBound(to: UInt8.self),
            offsets: storage.copy([0] + ends).assumingMemoryBound(to: Int32.self), values: storage.copy(bytes),
            owner: storage)
    }

    /// A list column: `lengths[i]` elements of `child` belong to row i; a nil length is a null row.
    public static func list(lengths: [Int?], child: Column) -> Column {
        jagged(.list(child.type), lengths: lengths, children: [child])
    }

    /// A map column: `lengths[i]` entries of `keys` and `values` belong to row i; a nil length is a null row.
    public static func map(lengths: [Int?], keys: Column, values: Column) -> Column {
        jagged(.map(key: keys.type, value: values.type), lengths: lengths, children: [keys, values])
    }

    private static func jagged(_ type: ColumnType, lengths: [Int?], children: [Column]) -> Column {
        let storage = ColumnStorage()
        var offsets: [Int32] = [0]
        for length in lengths { offsets.append((offsets.last ?? 0) + Int32(length ?? 0)) }
        let nulls = lengths.count { $0 == nil }
        let validity = nulls == 0 ? nil : storage.copy(lengths.map { $0 == nil ? UInt8(0) : 1 })
        return Column(
            type: type, count: lengths.count, nullCount: nulls,
            validity: validity?.assumingMemoryBound(to: UInt8.self),
            offsets: storage.copy(offsets).assumingMemoryBound(to: Int32.self), children: children, owner: storage)
    }
}
