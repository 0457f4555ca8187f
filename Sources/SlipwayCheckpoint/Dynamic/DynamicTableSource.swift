import SlipwayCore

/// A checkpoint's tensors with those of its `dynamicemb` folder laid over them.
struct DynamicTableSource: TensorSource {
    let tensors: [String: TensorInfo]
    private let base: any TensorSource
    private let entries: [String: Entry]

    private enum Part { case values, keys, rows }

    private struct Entry {
        let table: DynamicTableFiles
        let part: Part
    }

    init(base: any TensorSource, files: [String: DynamicTableFiles], widths: [String: Int]) {
        var tensors = base.tensors
        var entries: [String: Entry] = [:]
        for (path, table) in files {
            let count = table.keyCount + 1
            let parts: [(String, Part, [Int], DType)] = [
                ("weight", .values, [count, table.width ?? widths[path] ?? 0], .f32),
                (DynamicTables.keysLeaf, .keys, [count], .i64), (DynamicTables.rowsLeaf, .rows, [count], .i64),
            ]
            for (leaf, part, shape, dtype) in parts {
                let name = "\(path).\(leaf)"
                tensors[name] = TensorInfo(name: name, shape: shape, dtype: dtype)
                entries[name] = Entry(table: table, part: part)
            }
        }
        self.base = base
        self.tensors = tensors
        self.entries = entries
    }

    func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        guard let entry = entries[name] else { return try base.readRows(name, rows, into: target) }
        let info = try checkedInfo(name, rows, target.count)
        switch entry.part {
        case .values: copy(entry.table, rows, info.rowByteCount, \.values, to: target)
        case .keys:
            copy(entry.table, rows, 8, \.keys, to: target)
            // The last entry stands for ids without a row; it repeats the first key, which wins.
            if rows.upperBound == entry.table.keyCount + 1, !rows.isEmpty {
                target.storeBytes(of: firstKey(entry.table), toByteOffset: 8 * (rows.count - 1), as: Int64.self)
            }
        case .rows:
            for (index, row) in rows.enumerated() {
                target.storeBytes(of: Int64(row), toByteOffset: 8 * index, as: Int64.self)
            }
        }
    }

    /// Copies rows of `bytes` each; the row behind the stored ones is zeros.
    private func copy(
        _ table: DynamicTableFiles, _ rows: Range<Int>, _ bytes: Int,
        _ file: KeyPath<DynamicTableFiles.Shard, MappedFile>, to target: UnsafeMutableRawBufferPointer
    ) {
        for shard in table.shards {
            let shared = shard.rows.clamped(to: rows)
            guard !shared.isEmpty, bytes > 0 else { continue }
            let start = (shared.lowerBound - shard.rows.lowerBound) * bytes
            let source = shard[keyPath: file].bytes[start..<start + shared.count * bytes]
            let offset = (shared.lowerBound - rows.lowerBound) * bytes
            UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source))
        }
        guard rows.contains(table.keyCount) else { return }
        let offset = (table.keyCount - rows.lowerBound) * bytes
        for index in offset..<offset + bytes { target[index] = 0 }
    }

    private func firstKey(_ table: DynamicTableFiles) -> Int64 {
        guard let shard = table.shards.first(where: { !$0.rows.isEmpty }) else { return 0 }
        return shard.keys.bytes.loadUnaligned(as: Int64.self)
    }

    func discardRows(_ name: String, _ rows: Range<Int>) {
        guard let entry = entries[name] else { return base.discardRows(name, rows) }
        guard entry.part != .rows, let info = tensors[name] else { return }
        for shard in entry.table.shards {
            let shared = shard.rows.clamped(to: rows)
            let start = (shared.lowerBound - shard.rows.lowerBound) * info.rowByteCount
            let file = entry.part == .values ? shard.values : shard.keys
            file.discard(start..<start + shared.count * info.rowByteCount)
        }
    }
}
