import SlipwayProtocol

/// A `PBRequest` to be written.
package struct ProtoRequest {
    /// A value of one feature.
    package enum Value: Sendable, Equatable {
        case whole(Int64)
        case float(Float)
        case text(String)
        case wholes([Int64])
        case floats([Float])
        case texts([String])
        case wholeFloats([(key: Int64, value: Float)])
        case floatLists([[Float]])
        case textFloats([(key: String, value: Float)])

        package static func == (first: Value, second: Value) -> Bool { first.bytes == second.bytes }

        /// The `PBFeature`.
        fileprivate var bytes: [UInt8] {
            var writer = ProtoWriter()
            switch self {
            case .whole(let value): writer.varint(2, UInt64(bitPattern: value))
            case .float(let value): writer.fixed32(4, value.bitPattern)
            case .text(let text): writer.string(3, text)
            case .wholes(let values):
                writer.delimited(22, Self.list { Self.packed(values, to: &$0) })
            case .floats(let values):
                writer.delimited(24, Self.list { Self.packed(values, to: &$0) })
            case .texts(let values):
                writer.delimited(23, Self.list { list in for value in values { list.string(1, value) } })
            case .floatLists(let lists):
                writer.delimited(
                    29,
                    Self.list { all in
                        for list in lists { all.delimited(1, Self.list { Self.packed(list, to: &$0) }) }
                    })
            case .wholeFloats(let pairs):
                writer.delimited(
                    9,
                    Self.list { map in
                        for pair in pairs {
                            map.delimited(
                                1,
                                Self.list {
                                    $0.varint(1, UInt64(bitPattern: pair.key))
                                    $0.fixed32(2, pair.value.bitPattern)
                                })
                        }
                    })
            case .textFloats(let pairs):
                writer.delimited(
                    14,
                    Self.list { map in
                        for pair in pairs {
                            map.delimited(
                                1,
                                Self.list {
                                    $0.string(1, pair.key)
                                    $0.fixed32(2, pair.value.bitPattern)
                                })
                        }
                    })
            }
            return writer.bytes
        }

        private static func list(_ fill: (inout ProtoWriter) -> Void) -> [UInt8] {
            var writer = ProtoWriter()
            fill(&writer)
            return writer.bytes
        }

        private static func packed(_ values: [Float], to writer: inout ProtoWriter) {
            writer.header(1, count: values.count * 4)
            values.withUnsafeBytes { writer.raw($0) }
        }

        private static func packed(_ values: [Int64], to writer: inout ProtoWriter) {
            writer.header(1, count: values.reduce(0) { $0 + ProtoWriter.varintSize(UInt64(bitPattern: $1)) })
            for value in values { writer.varint(UInt64(bitPattern: value)) }
        }
    }

    private var writer = ProtoWriter(capacity: 1024)

    package init() {}

    package var bytes: [UInt8] { writer.bytes }

    package mutating func user(_ name: String, _ value: Value) {
        var entry = ProtoWriter()
        entry.string(1, name)
        entry.delimited(2, value.bytes)
        writer.delimited(2, entry.bytes)
    }

    package mutating func context(_ name: String, _ values: [Value]) { column(4, name, values) }
    package mutating func item(_ name: String, _ values: [Value]) { column(6, name, values) }

    package mutating func candidates(_ ids: [String]) { for id in ids { writer.string(3, id) } }

    private mutating func column(_ number: Int, _ name: String, _ values: [Value]) {
        var column = ProtoWriter()
        for value in values { column.delimited(1, value.bytes) }
        var entry = ProtoWriter()
        entry.string(1, name)
        entry.delimited(2, column.bytes)
        writer.delimited(number, entry.bytes)
    }

    /// `request` with another debug level: of a number that is there twice, the last counts.
    package static func settingDebugLevel(_ level: Int, of request: [UInt8]) -> [UInt8] {
        var field = ProtoWriter()
        field.varint(1, UInt64(bitPattern: Int64(level)))
        return request + field.bytes
    }
}
