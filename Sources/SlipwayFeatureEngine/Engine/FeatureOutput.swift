/// What one feature has made of a batch.
///
/// `lengths`: values of each row, or steps of each row of a sequence, whose `keyLengths` are values of each step. Dense rows
/// have no lengths; dense sequences have steps of `width` floats and no key lengths.
final class FeatureOutput {
    enum Kind: Sendable { case ids, floats, texts }

    let kind: Kind
    var ids: [Int64] = []
    var floats: [Float] = []
    var lengths: [Int32] = []
    var keyLengths: [Int32] = []
    var weights: [Float] = []
    let texts = TokenBuffer()
    /// Holds the bytes of `texts`.
    let arena = ByteArena()

    init(kind: Kind) { self.kind = kind }

    func removeAll() {
        ids.removeAll(keepingCapacity: true)
        floats.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        keyLengths.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        texts.removeAll()
        arena.removeAll()
    }
}
