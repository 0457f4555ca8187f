/// Splits text at a separator, empty pieces kept.
struct ByteSplit: Sendable {
    private let separator: [UInt8]

    /// - Parameter separator: at least one byte.
    init(separator: String) { self.separator = Array(separator.utf8) }

    /// Calls `body` with every piece in order; text without a separator is one piece.
    @inline(__always)
    func forEach(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        guard let base = bytes.baseAddress else { return try body(bytes) }
        let count = bytes.count
        let first = separator[0]
        let width = separator.count
        var start = 0
        var position = 0
        while position + width <= count {
            if base[position] == first, width == 1 || matches(base + position) {
                try body(UnsafeBufferPointer(start: base + start, count: position - start))
                position += width
                start = position
            } else {
                position += 1
            }
        }
        try body(UnsafeBufferPointer(start: base + start, count: count - start))
    }

    private func matches(_ pointer: UnsafePointer<UInt8>) -> Bool {
        for index in separator.indices where pointer[index] != separator[index] { return false }
        return true
    }
}
