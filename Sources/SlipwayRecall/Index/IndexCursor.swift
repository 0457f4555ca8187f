import SlipwayCore

/// A place in the bytes of an index; reads numbers, little end first, and never beyond the end.
struct IndexCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var left: Int { bytes.count - position }

    func wrong(_ what: String) -> SlipwayError {
        SlipwayError(
            .corrupt, "before byte \(position) of \(bytes.count): \(what)",
            fix: "the file is damaged; build the index again")
    }

    private func need(_ size: Int) throws {
        guard size >= 0, size <= left else { throw wrong("the file ends where \(size) bytes are due") }
    }

    mutating func skip(_ size: Int) throws {
        try need(size)
        position += size
    }

    mutating func number<T: FixedWidthInteger>(_: T.Type) throws -> T {
        try need(MemoryLayout<T>.size)
        defer { position += MemoryLayout<T>.size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    /// Four letters.
    mutating func word() throws -> String {
        try need(4)
        defer { position += 4 }
        return String(decoding: bytes[position..<position + 4], as: UTF8.self)
    }

    /// A number of things, each at least a byte of what follows.
    mutating func size(_ what: String) throws -> Int { try count(of: 1, what) }

    /// A number of things of `width` bytes that follow.
    mutating func count(of width: Int, _ what: String) throws -> Int {
        let count = try number(UInt64.self)
        guard count <= UInt64(left / width) else { throw wrong("\(count) \(what) do not fit into the file") }
        return Int(count)
    }

    /// A list of numbers with its length before it.
    mutating func numbers<T: FixedWidthInteger>(_: T.Type, _ what: String) throws -> [T] {
        let count = try count(of: MemoryLayout<T>.size, what)
        return try (0..<count).map { _ in try number(T.self) }
    }
}
