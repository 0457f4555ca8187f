internal import CSlipwayArrow
internal import SlipwayCore

/// Hands a batch to the C data interface. Values and offsets are not copied: the export keeps the columns.
enum ArrowExport {
    /// A struct array whose children are the columns; the receiver calls its `release`.
    static func batch(_ batch: ColumnBatch) -> ArrowArray {
        let children = batch.columns.map { array(of: $0) }
        return make(length: batch.rowCount, nullCount: 0, buffers: [nil], children: children, keeping: [])
    }

    private static func array(of column: Column) -> ArrowArray {
        let nulls = column.validity.map { packed($0, column.count) }
        let present = nulls.map { UnsafeRawPointer($0.base) }
        let nullCount = nulls == nil ? 0 : -1
        var keeping: [AnyObject] = [column]
        if let nulls { keeping.append(nulls) }
        switch column.type {
        case .int32, .int64, .float, .double:
            return make(
                length: column.count, nullCount: nullCount, buffers: [present, column.values ?? empty(&keeping)],
                children: [], keeping: keeping)
        case .bool:
            let source = column.values?.assumingMemoryBound(to: UInt8.self)
            let bits = source.map { packed($0, column.count) } ?? PackedBits(count: 0)
            keeping.append(bits)
            return make(
                length: column.count, nullCount: nullCount, buffers: [present, UnsafeRawPointer(bits.base)],
                children: [], keeping: keeping)
        case .string:
            let offsets = column.offsets.map { UnsafeRawPointer($0) } ?? empty(&keeping)
            return make(
                length: column.count, nullCount: nullCount,
                buffers: [present, offsets, column.values ?? empty(&keeping)], children: [], keeping: keeping)
        case .list:
            let offsets = column.offsets.map { UnsafeRawPointer($0) } ?? empty(&keeping)
            return make(
                length: column.count, nullCount: nullCount, buffers: [present, offsets],
                children: column.children.map { array(of: $0) }, keeping: keeping)
        case .map:
            let offsets = column.offsets.map { UnsafeRawPointer($0) } ?? empty(&keeping)
            let entries = make(
                length: column.children.first?.count ?? 0, nullCount: 0, buffers: [nil],
                children: column.children.map { array(of: $0) }, keeping: [])
            return make(
                length: column.count, nullCount: nullCount, buffers: [present, offsets], children: [entries],
                keeping: keeping)
        }
    }

    /// A few zero bytes in place of an absent buffer of a column without rows.
    private static func empty(_ keeping: inout [AnyObject]) -> UnsafeRawPointer {
        let zeros = PackedBits(count: 64)
        keeping.append(zeros)
        return UnsafeRawPointer(zeros.base)
    }

    private static func packed(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> PackedBits {
        let bits = PackedBits(count: count)
        for index in 0..<count where bytes[index] != 0 { bits.base[index >> 3] |= 1 << UInt8(index & 7) }
        return bits
    }

    private static func make(
        length: Int, nullCount: Int, buffers: [UnsafeRawPointer?], children: [ArrowArray], keeping: [AnyObject]
    ) -> ArrowArray {
        let export = ExportedArray(buffers: buffers, children: children, keeping: keeping)
        var array = ArrowArray()
        array.length = Int64(length)
        array.null_count = Int64(nullCount)
        array.n_buffers = Int64(buffers.count)
        array.n_children = Int64(children.count)
        array.buffers = export.buffers
        array.children = export.children
        array.private_data = Unmanaged.passRetained(export).toOpaque()
        array.release = { pointer in
            guard let pointer, let data = pointer.pointee.private_data else { return }
            pointer.pointee.release = nil
            pointer.pointee.private_data = nil
            Unmanaged<ExportedArray>.fromOpaque(data).release()
        }
        return array
    }
}

/// Bits, least significant first, zero to begin with.
private final class PackedBits {
    let base: UnsafeMutablePointer<UInt8>

    init(count: Int) {
        let bytes = (count + 7) / 8 + 8
        base = .allocate(capacity: bytes)
        base.initialize(repeating: 0, count: bytes)
    }

    deinit { base.deallocate() }
}

/// What one exported array points to.
private final class ExportedArray {
    let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
    let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
    private let childCount: Int
    private let keeping: [AnyObject]

    init(buffers: [UnsafeRawPointer?], children: [ArrowArray], keeping: [AnyObject]) {
        self.buffers = .allocate(capacity: max(buffers.count, 1))
        for (index, buffer) in buffers.enumerated() { (self.buffers + index).initialize(to: buffer) }
        self.children = .allocate(capacity: max(children.count, 1))
        for (index, child) in children.enumerated() {
            let slot = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
            slot.initialize(to: child)
            (self.children + index).initialize(to: slot)
        }
        self.childCount = children.count
        self.keeping = keeping
    }

    deinit {
        for index in 0..<childCount {
            guard let child = children[index] else { continue }
            // A receiver may have moved the child out; its release is then nil.
            child.pointee.release?(child)
            child.deallocate()
        }
        children.deallocate()
        buffers.deallocate()
    }
}
