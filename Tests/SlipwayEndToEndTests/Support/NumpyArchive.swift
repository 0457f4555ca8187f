import Foundation
import SlipwayCore

/// The arrays of an `.npz` file, by name.
struct NumpyArchive {
    let arrays: [String: Tensor]

    init(path: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var arrays: [String: Tensor] = [:]
        // The central directory: its end record is the last 22 bytes of a file without a comment.
        let end = bytes.count - 22
        var place = bytes.number(at: end + 16, bytes: 4)
        for _ in 0..<bytes.number(at: end + 10, bytes: 2) {
            let method = bytes.number(at: place + 10, bytes: 2)
            let size = bytes.number(at: place + 20, bytes: 4)
            let name = bytes.number(at: place + 28, bytes: 2)
            let extra = bytes.number(at: place + 30, bytes: 2)
            let comment = bytes.number(at: place + 32, bytes: 2)
            let local = bytes.number(at: place + 42, bytes: 4)
            let title = String(decoding: bytes[place + 46..<place + 46 + name], as: UTF8.self)
            let start = local + 30 + bytes.number(at: local + 26, bytes: 2) + bytes.number(at: local + 28, bytes: 2)
            let stored = Array(bytes[start..<start + size])
            var inflater = Inflater(stored)
            arrays[title.replacing(".npy", with: "")] = try Self.array(method == 0 ? stored : try inflater.run())
            place += 46 + name + extra + comment
        }
        self.arrays = arrays
    }

    private static func array(_ bytes: [UInt8]) throws -> Tensor {
        let wide = bytes[6] > 1
        let length = bytes.number(at: 8, bytes: wide ? 4 : 2)
        let start = (wide ? 12 : 10) + length
        let header = String(decoding: bytes[(wide ? 12 : 10)..<start], as: UTF8.self)
        let data = Array(bytes[start...])
        guard let type = header.firstMatch(of: /'descr': '([^']+)'/)?.1,
            let sizes = header.firstMatch(of: /'shape': \(([^)]*)\)/)?.1
        else { throw SlipwayError(.corrupt, "not an array: \(header)") }
        let shape = sizes.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        func elements<T>(_: T.Type) -> [T] { data.withUnsafeBytes { Array($0.bindMemory(to: T.self)) } }
        switch type {
        case "<f4": return Tensor(shape: shape, floats: elements(Float.self))
        case "<f8": return Tensor(shape: shape, floats: elements(Double.self).map { Float($0) })
        case "<i8": return Tensor(shape: shape, ints: elements(Int64.self))
        case "<i4": return Tensor(shape: shape, ints: elements(Int32.self).map { Int64($0) })
        default: throw SlipwayError(.unsupported, "an array of \(type)")
        }
    }
}

/// Undoes deflate (RFC 1951).
struct Inflater {
    private let bytes: [UInt8]
    private var bit = 0
    private var out: [UInt8] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = take(1) == 1
            switch take(2) {
            case 0: copyStored()
            case 1:
                let literals = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try codes(Huffman(literals), Huffman([Int](repeating: 5, count: 30)))
            case 2: try dynamic()
            default: throw SlipwayError(.corrupt, "unknown block")
            }
        }
        return out
    }

    private struct Huffman {
        var symbols: [Int: Int] = [:]

        init(_ lengths: [Int]) {
            var code = 0
            for length in 1...15 {
                for (symbol, own) in lengths.enumerated() where own == length {
                    symbols[length << 16 | code] = symbol
                    code += 1
                }
                code <<= 1
            }
        }
    }

    private mutating func take(_ count: Int) -> Int {
        var value = 0
        for index in 0..<count {
            value |= Int(bytes[bit >> 3] >> (bit & 7) & 1) << index
            bit += 1
        }
        return value
    }

    private mutating func symbol(_ code: Huffman) throws -> Int {
        var value = 0
        for length in 1...15 {
            value = value << 1 | take(1)
            if let symbol = code.symbols[length << 16 | value] { return symbol }
        }
        throw SlipwayError(.corrupt, "unknown code")
    }

    private mutating func copyStored() {
        let start = (bit + 7) >> 3
        let length = bytes.number(at: start, bytes: 2)
        out += bytes[start + 4..<start + 4 + length]
        bit = (start + 4 + length) * 8
    }

    private mutating func dynamic() throws {
        let literals = take(5) + 257
        let distances = take(5) + 1
        let count = take(4) + 4
        var own = [Int](repeating: 0, count: 19)
        for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(count) {
            own[place] = take(3)
        }
        let code = Huffman(own)
        var lengths: [Int] = []
        while lengths.count < literals + distances {
            switch try symbol(code) {
            case 16: lengths += [Int](repeating: lengths.last ?? 0, count: take(2) + 3)
            case 17: lengths += [Int](repeating: 0, count: take(3) + 3)
            case 18: lengths += [Int](repeating: 0, count: take(7) + 11)
            case let length: lengths.append(length)
            }
        }
        try codes(Huffman(Array(lengths[..<literals])), Huffman(Array(lengths[literals...])))
    }

    private mutating func codes(_ literals: Huffman, _ distances: Huffman) throws {
        while true {
            let value = try symbol(literals)
            if value < 256 {
                out.append(UInt8(value))
                continue
            }
            guard value > 256 else { return }
            // Groups of four lengths, then of two distances, with one more bit each.
            let index = value - 257
            let group = max(0, index / 4 - 1)
            let length = index == 28 ? 258 : index < 8 ? index + 3 : (4 + index % 4) << group + 3 + take(group)
            let place = try symbol(distances)
            let bits = max(0, place / 2 - 1)
            let distance = place < 4 ? place + 1 : (2 + place % 2) << bits + 1 + take(bits)
            for _ in 0..<length { out.append(out[out.count - distance]) }
        }
    }
}

extension [UInt8] {
    fileprivate func number(at place: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
    }
}
