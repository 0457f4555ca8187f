/// One named output of a response, row-major.
package struct ResponseTensor: Sendable, Equatable {
    package enum Elements: Sendable, Equatable {
        case floats([Float])
        case ints([Int64])
        case texts([String])
    }

    package var name: String
    /// Sizes, outermost first.
    package var shape: [Int]
    package var elements: Elements

    package init(name: String, shape: [Int], elements: Elements) {
        self.name = name
        self.shape = shape
        self.elements = elements
    }
}

extension ResponseTensor.Elements {
    /// The datatype of the Open Inference Protocol.
    var datatype: String {
        switch self {
        case .floats: return "FP32"
        case .ints: return "INT64"
        case .texts: return "BYTES"
        }
    }

    /// Bytes of the elements as raw tensors have them: little-endian, texts after their length in 4 bytes.
    var sizeBytes: Int {
        switch self {
        case .floats(let values): return values.count * 4
        case .ints(let values): return values.count * 8
        case .texts(let values): return values.reduce(0) { $0 + 4 + $1.utf8.count }
        }
    }

    func appendBytes(to bytes: inout [UInt8]) {
        switch self {
        case .floats(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .ints(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .texts(let values):
            for value in values {
                withUnsafeBytes(of: UInt32(clamping: value.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
                bytes.append(contentsOf: value.utf8)
            }
        }
    }
}
