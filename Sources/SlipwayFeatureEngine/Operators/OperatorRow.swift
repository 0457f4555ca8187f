/// The values of an operator's inputs for one row or step, and room to work in.
final class OperatorRow {
    private let buffers: [TokenBuffer]
    /// Counts up when an input is read anew.
    private(set) var versions: [Int]
    /// Text made while the row is worked on.
    let arena = ByteArena()
    /// Numbers of the row.
    var numbers: [Double] = []
    /// Where the numbers of each input begin.
    var starts: [Int] = []
    /// What an operator keeps between rows, such as an index over an input that did not change.
    var memory: AnyObject?

    init(inputs: Int) {
        buffers = (0..<inputs).map { _ in TokenBuffer() }
        versions = Array(repeating: 0, count: inputs)
    }

    /// Values of input `index`; keys and values in turn for pairs.
    @inline(__always)
    subscript(index: Int) -> UnsafeBufferPointer<Token> { buffers[index].tokens }

    @inline(__always)
    func renew(_ index: Int) -> TokenBuffer {
        versions[index] &+= 1
        buffers[index].removeAll()
        return buffers[index]
    }

    @inline(__always)
    func isMissing(_ index: Int) -> Bool { buffers[index].count == 0 }
}
