import Foundation

/// Text between two values, steps or halves of a pair: usually one byte.
struct Separator: Sendable, Equatable {
    let bytes: [UInt8]
    let first: UInt8

    /// nil for empty text.
    init?(_ text: String) {
        bytes = Array(text.utf8)
        guard let first = bytes.first else { return nil }
        self.first = first
    }

    init(byte: UInt8) {
        bytes = [byte]
        first = byte
    }

    var count: Int { bytes.count }
    var isSingleByte: Bool { bytes.count == 1 }

    /// Where it next stands in `text` from `start` on; nil when it does not.
    @inline(__always)
    func find(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = text.baseAddress, start < text.count else { return nil }
        var position = start
        while let found = memchr(base + position, Int32(first), text.count - position) {
            let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if isSingleByte { return place }
            if matches(text, at: place) { return place }
            position = place + 1
            if position >= text.count { return nil }
        }
        return nil
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard text.count - place >= bytes.count else { return false }
        for index in 1..<bytes.count where text[place + index] != bytes[index] { return false }
        return true
    }

    /// Calls `body` with each part of `text`, empty ones included.
    @inline(__always)
    func split(_ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        while let place = find(in: text, from: start) {
            body(UnsafeBufferPointer(rebasing: text[start..<place]))
            start = place + count
        }
        body(UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// The parts before and after the first occurrence; nil when there is none.
    @inline(__always)
    func halve(
        _ text: UnsafeBufferPointer<UInt8>
    ) -> (head: UnsafeBufferPointer<UInt8>, tail: UnsafeBufferPointer<UInt8>)? {
        guard let place = find(in: text, from: 0) else { return nil }
        return (
            UnsafeBufferPointer(rebasing: text[..<place]), UnsafeBufferPointer(rebasing: text[(place + count)...])
        )
    }
}
