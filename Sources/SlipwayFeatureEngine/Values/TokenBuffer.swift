/// A growing row of tokens whose memory is used again.
final class TokenBuffer {
    private var storage: UnsafeMutablePointer<Token>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 16) {
        self.capacity = capacity
        storage = .allocate(capacity: capacity)
    }

    deinit { storage.deallocate() }

    @inline(__always)
    var tokens: UnsafeBufferPointer<Token> { UnsafeBufferPointer(start: storage, count: count) }

    @inline(__always)
    subscript(index: Int) -> Token { storage[index] }

    @inline(__always)
    func append(_ token: Token) {
        if count == capacity { grow() }
        (storage + count).initialize(to: token)
        count += 1
    }

    @inline(__always)
    func removeAll() { count = 0 }

    private func grow() {
        let larger = UnsafeMutablePointer<Token>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: storage, count: count)
        storage.deallocate()
        storage = larger
        capacity *= 2
    }
}
