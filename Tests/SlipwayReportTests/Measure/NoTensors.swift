import SlipwayCheckpoint
import SlipwayCore

/// A checkpoint without tensors, for models without tables.
struct NoTensors: TensorSource {
    var tensors: [String: TensorInfo] { [:] }
    func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        throw SlipwayError(.notFound, "no tensor \(name)")
    }
    func discardRows(_ name: String, _ rows: Range<Int>) {}
}
