internal import CSlipwayArrow
internal import SlipwayCore

/// Keeps an imported batch's memory, and what was unpacked from it, until the last column is gone.
private final class ImportedMemory {
    private var array: ArrowArray
    private var unpacked: [UnsafeMutableRawPointer] = []

    init(_ array: ArrowArray) {
        self.array = array
    }

    func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 8), alignment: 64)
        unpacked.append(memory)
        return memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 8))
    }

    deinit {
        for memory in unpacked { memory.deallocate() }
        array.release?(&array)
    }
}

/// Takes over a batch of the C data interface.
struct ArrowImport {
    private let memory: ImportedMemory

    static func batch(_ array: ArrowArray, schema: RowSchema) throws -> ColumnBatch {
        let memory = ImportedMemory(array)
        let importer = ArrowImport(memory: memory)
        guard Int(array.n_children) == schema.fields.count else { throw malformed("a batch with other columns") }
        var columns: [(name: String, column: Column)] = []
        for (index, field) in schema.fields.enumerated() {
            guard let child = array.children?[index]?.pointee else { throw malformed("a batch without columns") }
            columns.append((field.name, try importer.column(child, field.type)))
        }
        return ColumnBatch(rowCount: Int(array.length), columns: columns)
    }

    private func column(_ array: ArrowArray, _ type: ColumnType) throws -> Column {
        guard array.offset == 0, array.length >= 0 else { throw malformed("a column with an offset") }
        let count = Int(array.length)
        let (validity, nullCount) = validity(of: array)
        switch type {
        case .int32, .int64, .float, .double:
            return Column(
                type: type, count: count, nullCount: nullCount, validity: validity,
                values: try buffer(array, 1), owner: memory)
        case .bool:
            let bits = try buffer(array, 1)?.assumingMemoryBound(to: UInt8.self)
            return Column(
                type: type, count: count, nullCount: nullCount, validity: validity,
                values: bits.map { UnsafeRawPointer(unpack($0, count)) }, owner: memory)
        case .string:
            return Column(
                type: type, count: count, nullCount: nullCount, validity: validity,
                offsets: try offsets(array), values: try buffer(array, 2), owner: memory)
        case .list(let element):
            guard array.n_children == 1, let child = array.children?[0]?.pointee else { throw malformed("a bare list") }
            return Column(
                type: type, count: count, nullCount: nullCount, validity: validity, offsets: try offsets(array),
                children: [try column(child, element)], owner: memory)
        case .map(let key, let value):
            guard array.n_children == 1, let entries = array.children?[0]?.pointee, entries.n_children == 2,
                entries.offset == 0, let keys = entries.children?[0]?.pointee,
                let values = entries.children?[1]?.pointee
            else { throw malformed("a map without entries") }
            return Column(
                type: type, count: count, nullCount: nullCount, validity: validity, offsets: try offsets(array),
                children: [try column(keys, key), try column(values, value)], owner: memory)
        }
    }

    private func buffer(_ array: ArrowArray, _ index: Int) throws -> UnsafeRawPointer? {
        guard Int(array.n_buffers) > index, let buffers = array.buffers else {
            throw malformed("a column without buffers")
        }
        return buffers[index]
    }

    /// The offsets; a single zero for a column without rows, whose buffer may be absent.
    private func offsets(_ array: ArrowArray) throws -> UnsafePointer<Int32> {
        if let found = try buffer(array, 1) { return found.assumingMemoryBound(to: Int32.self) }
        guard array.length == 0 else { throw malformed("a column without offsets") }
        let zero = memory.bytes(MemoryLayout<Int32>.size)
        return UnsafePointer(UnsafeRawPointer(zero).assumingMemoryBound(to: Int32.self))
    }

    private func validity(of array: ArrowArray) -> (UnsafePointer<UInt8>?, Int) {
        let count = Int(array.length)
        guard array.null_count != 0, count > 0, array.n_buffers > 0, let bits = array.buffers?[0] else {
            return (nil, 0)
        }
        let bytes = unpack(bits.assumingMemoryBound(to: UInt8.self), count)
        var present = 0
        for row in 0..<count { present += Int(bytes[row]) }
        return present == count ? (nil, 0) : (bytes, count - present)
    }

    /// One byte for each of `count` bits, least significant bit first.
    private func unpack(_ bits: UnsafePointer<UInt8>, _ count: Int) -> UnsafePointer<UInt8> {
        let bytes = memory.bytes(count)
        for index in 0..<count { bytes[index] = (bits[index >> 3] >> UInt8(index & 7)) & 1 }
        return UnsafePointer(bytes)
    }
}

private func malformed(_ what: String) -> SlipwayError {
    SlipwayError(.internalFault, "Arrow handed over \(what)")
}
