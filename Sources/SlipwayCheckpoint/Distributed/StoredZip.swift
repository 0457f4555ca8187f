import SlipwayCore

/// The table of contents of a zip archive whose entries are stored without compression, as PyTorch writes them.
///
/// Zip64 is understood. Offsets are counted from the first byte of the archive.
struct StoredZip {
    let bytes: UnsafeRawBufferPointer
    /// The data of each entry, by name.
    let entries: [String: Range<Int>]

    private static let maxEntries = 4096

    /// Throws `corrupt` for what is not a zip archive, `unsupported` for compressed or encrypted entries.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        let reader = ZipReader(bytes: bytes)
        let directory = try reader.directory()
        guard directory.count <= Self.maxEntries else {
            throw SlipwayError(
                .corrupt, "zip archive lists \(directory.count) entries; a tensor has fewer than \(Self.maxEntries)")
        }
        var entries: [String: Range<Int>] = [:]
        var position = directory.offset
        for _ in 0..<directory.count {
            let (entry, next) = try reader.entry(at: position)
            position = next
            let data = try reader.dataRange(of: entry, limit: directory.offset)
            guard entries.updateValue(data, forKey: entry.name) == nil else {
                throw SlipwayError(.corrupt, "zip archive lists \(entry.name) twice")
            }
        }
        self.entries = entries
    }
}

/// The records of a zip archive.
private struct ZipReader {
    struct Entry {
        var name: String
        var method: Int
        var flags: Int
        var storedSize: Int
        var size: Int
        var headerOffset: Int
    }

    let bytes: UnsafeRawBufferPointer

    private func corrupt(_ what: String) -> SlipwayError {
        SlipwayError(
            .corrupt, "zip archive is damaged: \(what)", fix: "copy the checkpoint again from where it was trained")
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: T.Type) throws -> Int {
        guard offset >= 0, offset <= bytes.count - MemoryLayout<T>.size else {
            throw corrupt("it ends at byte \(bytes.count)")
        }
        guard let value = Int(exactly: T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))) else {
            throw corrupt("a size at byte \(offset) is beyond 63 bits")
        }
        return value
    }

    /// `a + b` for offsets from the file.
    private func sum(_ a: Int, _ b: Int) throws -> Int {
        let (result, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw corrupt("an offset is beyond 63 bits") }
        return result
    }

    /// Where the central directory begins and how many entries it has.
    func directory() throws -> (offset: Int, count: Int) {
        let end = try endRecord()
        var count = try load(end + 10, UInt16.self)
        var offset = try load(end + 16, UInt32.self)
        if count == 0xFFFF || offset == 0xFFFF_FFFF {
            let locator = end - 20
            guard locator >= 0, try load(locator, UInt32.self) == 0x0706_4B50 else { throw corrupt("no zip64 locator") }
            let record = try load(locator + 8, UInt64.self)
            guard try load(record, UInt32.self) == 0x0606_4B50 else { throw corrupt("no zip64 end record") }
            count = try load(try sum(record, 32), UInt64.self)
            offset = try load(try sum(record, 48), UInt64.self)
        }
        guard offset <= end else { throw corrupt("its directory begins at byte \(offset), past its end") }
        return (offset, count)
    }

    /// The end-of-directory record: the last one whose comment ends where the archive ends.
    private func endRecord() throws -> Int {
        var position = bytes.count - 22
        let lowest = max(0, position - 0xFFFF)
        while position >= lowest {
            if try load(position, UInt32.self) == 0x0605_4B50,
                try load(position + 20, UInt16.self) == bytes.count - position - 22
            {
                return position
            }
            position -= 1
        }
        throw corrupt("no end-of-directory record in \(bytes.count) bytes")
    }

    /// One entry of the central directory and where the next begins.
    func entry(at position: Int) throws -> (Entry, next: Int) {
        guard try load(position, UInt32.self) == 0x0201_4B50 else {
            throw corrupt("no directory entry at byte \(position)")
        }
        let nameLength = try load(position + 28, UInt16.self)
        let extraLength = try load(position + 30, UInt16.self)
        let commentLength = try load(position + 32, UInt16.self)
        let extra = position + 46 + nameLength
        let next = extra + extraLength + commentLength
        guard next <= bytes.count else { throw corrupt("directory entry at byte \(position) is cut off") }
        guard let name = String(validating: bytes[position + 46..<extra], as: UTF8.self) else {
            throw corrupt("an entry's name is not UTF-8")
        }
        var entry = Entry(
            name: name, method: try load(position + 10, UInt16.self), flags: try load(position + 8, UInt16.self),
            storedSize: try load(position + 20, UInt32.self), size: try load(position + 24, UInt32.self),
            headerOffset: try load(position + 42, UInt32.self))
        try readZip64(&entry, extra..<extra + extraLength)
        return (entry, next)
    }

    /// Replaces saturated fields by the 8-byte ones of the zip64 extra field, which come in a fixed order.
    private func readZip64(_ entry: inout Entry, _ extra: Range<Int>) throws {
        let saturated = 0xFFFF_FFFF
        guard entry.size == saturated || entry.storedSize == saturated || entry.headerOffset == saturated else {
            return
        }
        var position = extra.lowerBound
        while position + 4 <= extra.upperBound {
            let length = try load(position + 2, UInt16.self)
            if try load(position, UInt16.self) == 1 {
                var field = position + 4
                let end = min(field + length, extra.upperBound)
                for path in [\Entry.size, \Entry.storedSize, \Entry.headerOffset]
                where entry[keyPath: path] == saturated {
                    guard field + 8 <= end else { throw corrupt("the zip64 sizes of \(entry.name) are cut off") }
                    entry[keyPath: path] = try load(field, UInt64.self)
                    field += 8
                }
                return
            }
            position += 4 + length
        }
        throw corrupt("the zip64 sizes of \(entry.name) are missing")
    }

    /// The bytes of a stored entry, which lie behind its local header and before `limit`.
    func dataRange(of entry: Entry, limit: Int) throws -> Range<Int> {
        guard entry.flags & 1 == 0 else {
            throw SlipwayError(
                .unsupported, "zip entry \(entry.name) is encrypted", fix: "save the checkpoint without encryption")
        }
        guard entry.method == 0, entry.storedSize == entry.size else {
            throw SlipwayError(
                .unsupported, "zip entry \(entry.name) is compressed (method \(entry.method))",
                fix: "save the checkpoint with torch.distributed.checkpoint and no compression")
        }
        let header = entry.headerOffset
        guard try load(header, UInt32.self) == 0x0403_4B50 else { throw corrupt("no entry at byte \(header)") }
        let nameLength = try load(try sum(header, 26), UInt16.self)
        let nameEnd = header + 30 + nameLength
        guard nameEnd <= limit, bytes[header + 30..<nameEnd].elementsEqual(entry.name.utf8) else {
            throw corrupt("the entry at byte \(header) is not \(entry.name)")
        }
        let start = nameEnd + (try load(header + 28, UInt16.self))
        let end = try sum(start, entry.size)
        guard end <= limit else {
            throw corrupt("\(entry.name) takes bytes \(start)..<\(end), the directory begins at \(limit)")
        }
        return start..<end
    }
}
