import Foundation

/// Byte strings compared and ordered.
enum Bytes {
    @inline(__always)
    static func areEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        guard let first = a.baseAddress, let second = b.baseAddress, !a.isEmpty else { return true }
        return memcmp(first, second, a.count) == 0
    }
}
