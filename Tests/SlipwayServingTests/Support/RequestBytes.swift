/// Writes `PBRequest`s for tests, apart from the code under test.
struct RequestBytes {
    enum Value {
        case missing
        case int(Int64)
        case text(String)
        case float(Float)
        case double(Double)
        case ints([Int64])
        case floats([Float])
        case texts([String])
        case floatMap([(Int64, Float)])

        var bytes: [UInt8] {
            switch self {
            case .missing: return field(3, [])
            case .int(let value): return tag(2, 0) + varint(UInt64(bitPattern: value))
            case .text(let value): return field(3, Array(value.utf8))
            case .float(let value): return tag(4, 5) + little(value.bitPattern)
            case .double(let value): return tag(5, 1) + little(value.bitPattern)
            case .ints(let values):
                return field(22, field(1, values.flatMap { varint(UInt64(bitPattern: $0)) }))
            case .floats(let values): return field(24, field(1, values.flatMap { little($0.bitPattern) }))
            case .texts(let values): return field(23, values.flatMap { field(1, Array($0.utf8)) })
            case .floatMap(let pairs):
                return field(
                    9,
                    pairs.flatMap {
                        field(1, tag(1, 0) + varint(UInt64(bitPattern: $0.0)) + tag(2, 5) + little($0.1.bitPattern))
                    })
            }
        }
    }

    private(set) var bytes: [UInt8] = []

    mutating func user(_ name: String, _ value: Value) {
        bytes += field(2, field(1, Array(name.utf8)) + field(2, value.bytes))
    }

    mutating func context(_ name: String, _ values: [Value]) { column(4, name, values) }
    mutating func item(_ name: String, _ values: [Value]) { column(6, name, values) }

    private mutating func column(_ number: Int, _ name: String, _ values: [Value]) {
        bytes += field(number, field(1, Array(name.utf8)) + field(2, values.flatMap { field(1, $0.bytes) }))
    }

    mutating func ids(_ ids: [String]) { bytes += ids.flatMap { field(3, Array($0.utf8)) } }
    mutating func debugLevel(_ level: Int) { bytes += tag(1, 0) + varint(UInt64(level)) }
    mutating func neighbours(_ count: Int) { bytes += tag(5, 0) + varint(UInt64(bitPattern: Int64(count))) }
    mutating func metadata(_ key: String, _ value: String) {
        bytes += field(7, field(1, Array(key.utf8)) + field(2, Array(value.utf8)))
    }
}

func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
}

func tag(_ number: Int, _ type: Int) -> [UInt8] { varint(UInt64(number << 3 | type)) }
func field(_ number: Int, _ content: [UInt8]) -> [UInt8] { tag(number, 2) + varint(UInt64(content.count)) + content }

func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
