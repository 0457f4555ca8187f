import Foundation

/// Reads a `PBResponse` for tests, apart from the code under test.
struct ResponseFields {
    struct Output: Equatable {
        var dtype = 0
        var shape: [Int] = []
        var floats: [Float] = []
        var ints: [Int64] = []
        var hasShape = false
    }

    var outputs: [String: Output] = [:]
    var generated: [String: String] = [:]
    var raw: [String: String] = [:]
    var itemIDs: [String] = []
    var passThrough: [String: String] = [:]

    init?(_ bytes: [UInt8]) {
        guard let fields = Self.fields(bytes[...]) else { return nil }
        for (number, value) in fields {
            switch number {
            case 1:
                guard let (key, content) = Self.entry(value), let output = Self.output(content) else { return nil }
                outputs[key] = output
            case 2, 3, 5:
                guard let (key, content) = Self.entry(value) else { return nil }
                let text = String(decoding: content, as: UTF8.self)
                if number == 2 { generated[key] = text }
                if number == 3 { raw[key] = text }
                if number == 5 { passThrough[key] = text }
            case 4: itemIDs.append(String(decoding: value, as: UTF8.self))
            default: break
            }
        }
    }

    private static func entry(_ bytes: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
        guard let fields = fields(bytes) else { return nil }
        var key = ""
        var value: ArraySlice<UInt8> = []
        for (number, content) in fields {
            if number == 1 { key = String(decoding: content, as: UTF8.self) }
            if number == 2 { value = content }
        }
        return (key, value)
    }

    private static func output(_ bytes: ArraySlice<UInt8>) -> Output? {
        guard let fields = fields(bytes) else { return nil }
        var output = Output()
        for (number, content) in fields {
            switch number {
            case 1: output.dtype = Int(number64(content))
            case 2:
                output.hasShape = true
                for (inner, packed) in Self.fields(content) ?? [] where inner == 1 {
                    output.shape = varints(packed).map { Int($0) }
                }
            case 3:
                let raw = Array(content)
                output.floats = stride(from: 0, to: raw.count - 3, by: 4).map { start in
                    Float(bitPattern: raw[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
                }
            case 7: output.ints = varints(content).map { Int64(bitPattern: $0) }
            default: break
            }
        }
        return output
    }

    /// Field numbers and contents; numbers as 8 bytes, lowest first. Nil for what is no message.
    static func fields(_ bytes: ArraySlice<UInt8>) -> [(Int, ArraySlice<UInt8>)]? {
        var rest = bytes
        var found: [(Int, ArraySlice<UInt8>)] = []
        func next() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 7) {
                guard let byte = rest.popFirst() else { return nil }
                value |= UInt64(byte & 127) << shift
                if byte < 128 { return value }
            }
            return nil
        }
        while !rest.isEmpty {
            guard let tag = next(), tag >> 3 > 0 else { return nil }
            let size: Int
            switch tag & 7 {
            case 0:
                guard let value = next() else { return nil }
                found.append((Int(tag >> 3), little(value)[...]))
                continue
            case 1: size = 8
            case 2:
                guard let count = next(), count <= UInt64(rest.count) else { return nil }
                size = Int(count)
            case 5: size = 4
            default: return nil
            }
            guard rest.count >= size else { return nil }
            found.append((Int(tag >> 3), rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return found
    }

    private static func number64(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func varints(_ bytes: ArraySlice<UInt8>) -> [UInt64] {
        var values: [UInt64] = []
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            value |= UInt64(byte & 127) << shift
            shift += 7
            if byte < 128 {
                values.append(value)
                (value, shift) = (0, 0)
            }
        }
        return values
    }
}
