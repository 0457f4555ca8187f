import SlipwayCore

/// Reads `InferTensorContents`: the elements of a tensor in the one field that is for its datatype, packed or not.
struct TensorContents {
    private enum Field: Int {
        case bool = 1
        case int, int64, uint, uint64, fp32, fp64, bytes

        var name: String {
            ["bool", "int", "int64", "uint", "uint64", "fp32", "fp64", "bytes"][rawValue - 1] + "_contents"
        }

        /// The wire type of one element that is not packed.
        var wireType: UInt8 {
            switch self {
            case .fp32: return 5
            case .fp64: return 1
            case .bytes: return 2
            default: return 0
            }
        }
    }

    private let tensor: String
    private let datatype: String
    private let field: Field
    private let expected: Int
    private var ints: [Int64] = []
    private var floats: [Double] = []
    private var texts: [String] = []

    /// - Parameter expected: elements by the shape.
    /// - Throws: `invalidArgument` for a datatype that is not known, or only comes as raw bytes.
    init(_ tensor: String, _ datatype: String, expected: Int) throws {
        self.tensor = tensor
        self.datatype = datatype
        self.expected = expected
        switch datatype {
        case "BOOL": field = .bool
        case "INT8", "INT16", "INT32": field = .int
        case "INT64": field = .int64
        case "UINT8", "UINT16", "UINT32": field = .uint
        case "UINT64": field = .uint64
        case "FP32": field = .fp32
        case "FP64": field = .fp64
        case "BYTES": field = .bytes
        case "FP16":
            throw InferenceTensor.invalid(
                "input \(tensor) has the datatype FP16, for which contents have no field",
                fix: "send it in raw_input_contents, or as FP32")
        default: throw InferenceTensor.unknown(datatype, of: tensor)
        }
    }

    var elements: InferenceTensor.Elements {
        switch field {
        case .fp32, .fp64: return .floats(floats)
        case .bytes: return .texts(texts)
        default: return .ints(ints)
        }
    }

    /// Reads the message at `range` of `bytes`.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws {
        var scan = ProtoScanner(bytes, range)
        while let next = try scan.next() {
            guard next.number == field.rawValue else {
                try refuseOther(next, &scan)
                continue
            }
            if next.wireType == field.wireType {
                try readOne(bytes, &scan)
            } else if next.wireType == 2 {
                var packed = ProtoScanner(bytes, try scan.delimited())
                reserve(packed.end - packed.position)
                while !packed.isAtEnd { try readOne(bytes, &packed) }
            } else {
                throw scan.malformed("wire type \(next.wireType) in \(field.name)")
            }
        }
    }

    /// Passes over fields nobody knows; elements in the field of another type are a mistake.
    private func refuseOther(_ next: ProtoScanner.Field, _ scan: inout ProtoScanner) throws {
        let start = scan.position
        try scan.skip(next)
        guard let other = Field(rawValue: next.number), scan.position - start > 1 || next.wireType != 2 else { return }
        throw InferenceTensor.invalid(
            "input \(tensor) has the datatype \(datatype) and elements in \(other.name)",
            fix: "put them in \(field.name)")
    }

    /// Makes room for as many elements as so many bytes can hold, and the shape says.
    private mutating func reserve(_ sizeBytes: Int) {
        switch field {
        case .fp32: floats.reserveCapacity(min(expected, sizeBytes / 4))
        case .fp64: floats.reserveCapacity(min(expected, sizeBytes / 8))
        case .bytes: return
        default: ints.reserveCapacity(min(expected, sizeBytes))
        }
    }

    @inline(__always)
    private mutating func readOne(_ bytes: UnsafeRawBufferPointer, _ scan: inout ProtoScanner) throws {
        switch field {
        case .bool: ints.append(try scan.varint() == 0 ? 0 : 1)
        case .int: ints.append(Int64(Int32(truncatingIfNeeded: try scan.varint())))
        case .int64: ints.append(Int64(bitPattern: try scan.varint()))
        case .uint: ints.append(Int64(UInt32(truncatingIfNeeded: try scan.varint())))
        case .uint64:
            let value = try scan.varint()
            guard let whole = Int64(exactly: value) else {
                throw InferenceTensor.invalid("input \(tensor): \(value) is over 2^63")
            }
            ints.append(whole)
        case .fp32: floats.append(Double(Float(bitPattern: try scan.fixed32())))
        case .fp64: floats.append(Double(bitPattern: try scan.fixed64()))
        case .bytes: texts.append(String(decoding: bytes[try scan.delimited()], as: UTF8.self))
        }
    }
}
