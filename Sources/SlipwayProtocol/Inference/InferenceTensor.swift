import Foundation
import SlipwayCore

/// A tensor of the Open Inference Protocol, its elements widened to one of three types.
package struct InferenceTensor: Sendable {
    package enum Elements: Sendable {
        case ints([Int64])
        case floats([Double])
        case texts([String])

        package var count: Int {
            switch self {
            case .ints(let values): return values.count
            case .floats(let values): return values.count
            case .texts(let values): return values.count
            }
        }
    }

    package let name: String
    package let datatype: String
    package let shape: [Int]
    package let elements: Elements

    package init(name: String, datatype: String, shape: [Int], elements: Elements) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.elements = elements
    }
}

extension InferenceTensor {
    /// A tensor whose elements are as many as its shape says. Throws `invalidArgument` where they are not.
    init(checked name: String, _ datatype: String, _ shape: [Int], _ elements: Elements) throws {
        let count = try Self.count(shape, of: name)
        guard elements.count == count else {
            throw Self.invalid("input \(name) has \(elements.count) elements; its shape \(shape) has \(count)")
        }
        self.init(name: name, datatype: datatype, shape: shape, elements: elements)
    }

    static func invalid(_ message: String, fix: String? = nil) -> SlipwayError {
        SlipwayError(.invalidArgument, message, fix: fix)
    }

    /// Elements of a shape. Throws for negative sizes and products that do not fit.
    static func count(_ shape: [Int], of name: String) throws -> Int {
        var total = 1
        for size in shape {
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { throw invalid("input \(name) has the shape \(shape)") }
            total = product
        }
        return total
    }

    /// Elements from JSON, nested or flat.
    static func elements(of name: String, _ datatype: String, json: Any) throws -> Elements {
        var flat: [Any] = []
        flatten(json, into: &flat)
        func bad(_ value: Any) -> SlipwayError {
            invalid("input \(name): \(String("\(value)".prefix(40))) is no \(datatype)")
        }
        switch datatype {
        case "BYTES":
            return .texts(
                try flat.map {
                    guard let text = $0 as? String else { throw bad($0) }
                    return text
                })
        case "FP16", "FP32", "FP64":
            return .floats(
                try flat.map {
                    guard let number = $0 as? NSNumber, !($0 is String) else { throw bad($0) }
                    return number.doubleValue
                })
        case "BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64":
            return .ints(
                try flat.map {
                    guard let number = $0 as? NSNumber, !($0 is String) else { throw bad($0) }
                    let value = number.int64Value
                    guard Double(value) == number.doubleValue else { throw bad($0) }
                    return value
                })
        default: throw unknown(datatype, of: name)
        }
    }

    private static func flatten(_ value: Any, into flat: inout [Any]) {
        if let list = value as? [Any] {
            for element in list { flatten(element, into: &flat) }
        } else {
            flat.append(value)
        }
    }

    static func unknown(_ datatype: String, of name: String) -> SlipwayError {
        invalid(
            "input \(name) has the datatype \"\(String(datatype.prefix(40)))\"",
            fix: "use BOOL, INT8 to INT64, UINT8 to UINT64, FP16, FP32, FP64 or BYTES")
    }

    /// Elements from raw little-endian bytes, as the binary extension sends them.
    static func elements(
        of name: String, _ datatype: String, binary bytes: UnsafeRawBufferPointer, count: Int
    ) throws -> Elements {
        func fixed<T>(_: T.Type) throws -> [T] {
            guard let size = count.multipliedReportingOverflow(by: MemoryLayout<T>.size) as (Int, Bool)?, !size.1,
                bytes.count == size.0
            else {
                throw invalid("input \(name) has \(bytes.count) bytes of binary data for \(count) elements")
            }
            return (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self) }
        }
        switch datatype {
        case "BOOL", "UINT8": return .ints(try fixed(UInt8.self).map(Int64.init))
        case "INT8": return .ints(try fixed(Int8.self).map(Int64.init))
        case "INT16": return .ints(try fixed(Int16.self).map(Int64.init))
        case "UINT16": return .ints(try fixed(UInt16.self).map(Int64.init))
        case "INT32": return .ints(try fixed(Int32.self).map(Int64.init))
        case "UINT32": return .ints(try fixed(UInt32.self).map(Int64.init))
        case "INT64": return .ints(try fixed(Int64.self))
        case "UINT64":
            return .ints(
                try fixed(UInt64.self).map {
                    guard let value = Int64(exactly: $0) else { throw invalid("input \(name): \($0) is over 2^63") }
                    return value
                })
        case "FP16": return .floats(try fixed(Float16.self).map(Double.init))
        case "FP32": return .floats(try fixed(Float.self).map(Double.init))
        case "FP64": return .floats(try fixed(Double.self))
        case "BYTES": return .texts(try texts(bytes, count: count, name))
        default: throw unknown(datatype, of: name)
        }
    }

    /// Each text after its length in 4 bytes.
    private static func texts(_ bytes: UnsafeRawBufferPointer, count: Int, _ name: String) throws -> [String] {
        var texts: [String] = []
        var position = 0
        while position < bytes.count, texts.count <= count {
            guard bytes.count - position >= 4 else { break }
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            position += 4
            guard bytes.count - position >= length else { break }
            texts.append(String(decoding: bytes[position..<position + length], as: UTF8.self))
            position += length
        }
        guard position == bytes.count, texts.count == count else {
            throw invalid("input \(name): the binary data are not \(count) texts with their lengths")
        }
        return texts
    }
}
