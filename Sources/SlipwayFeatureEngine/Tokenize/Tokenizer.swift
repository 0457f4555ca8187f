/// Cuts text into ids of a vocabulary.
protocol Tokenizer: Sendable {
    /// Calls `body` with each id in order.
    func encode(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int64) -> Void)
}
