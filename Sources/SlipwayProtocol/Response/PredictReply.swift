/// A `PBResponse` to be written.
package struct PredictReply {
    package var outputs: [ResponseTensor] = []
    /// By item id, in the order of writing.
    package var generatedFeatures: [(id: String, text: String)] = []
    package var rawFeatures: [(id: String, text: String)] = []
    package var passThrough: [(key: String, value: String)] = []
    /// Ids of items that were found; nil where the request's own are written.
    package var retrieved: [String]?

    package init() {}

    /// The message's bytes. `itemIDs` are places in `request`, written as they stand there.
    ///
    /// `dtype` and `array_shape` are always set: callers read rows by them.
    package func encoded(itemIDs: [Range<Int>], in request: UnsafeRawBufferPointer) -> [UInt8] {
        let ids = itemIDs.reduce(0) { $0 + $1.count + 6 } + (retrieved ?? []).reduce(0) { $0 + $1.utf8.count + 6 }
        let numbers = outputs.reduce(0) { total, output in
            switch output.elements {
            case .floats(let values): return total + values.count * 4 + output.name.utf8.count + 64
            case .ints(let values): return total + values.count * 10 + output.name.utf8.count + 64
            case .texts(let values):
                return values.reduce(total + output.name.utf8.count + 64) { $0 + $1.utf8.count + 6 }
            }
        }
        var writer = ProtoWriter(capacity: ids + numbers + 256)
        for output in outputs { Self.write(output, to: &writer) }
        for entry in generatedFeatures { writer.entry(2, entry.id, entry.text) }
        for entry in rawFeatures { writer.entry(3, entry.id, entry.text) }
        if let retrieved {
            for id in retrieved { writer.string(4, id) }
        } else {
            for range in itemIDs { writer.delimited(4, UnsafeRawBufferPointer(rebasing: request[range])) }
        }
        for entry in passThrough { writer.entry(5, entry.key, entry.value) }
        return writer.bytes
    }

    private static let dtFloat: UInt64 = 1
    private static let dtString: UInt64 = 7
    private static let dtInt64: UInt64 = 9

    private static func write(_ output: ResponseTensor, to writer: inout ProtoWriter) {
        let dimensions = output.shape.map { UInt64(max(0, $0)) }
        let packed = dimensions.reduce(0) { $0 + ProtoWriter.varintSize($1) }
        let shape = packed == 0 ? 0 : ProtoWriter.delimitedSize(packed)
        let array = 2 + ProtoWriter.delimitedSize(shape) + valuesSize(output.elements)
        writer.header(1, count: ProtoWriter.delimitedSize(output.name.utf8.count) + ProtoWriter.delimitedSize(array))
        writer.string(1, output.name)
        writer.header(2, count: array)
        switch output.elements {
        case .floats: writer.varint(1, dtFloat)
        case .ints: writer.varint(1, dtInt64)
        case .texts: writer.varint(1, dtString)
        }
        writer.header(2, count: shape)
        if packed > 0 {
            writer.header(1, count: packed)
            for dimension in dimensions { writer.varint(dimension) }
        }
        write(values: output.elements, to: &writer)
    }

    /// Bytes of the field that holds the values, none where there are none.
    private static func valuesSize(_ elements: ResponseTensor.Elements) -> Int {
        switch elements {
        case .floats(let values): return values.isEmpty ? 0 : ProtoWriter.delimitedSize(values.count * 4)
        case .ints(let values): return values.isEmpty ? 0 : ProtoWriter.delimitedSize(packedSize(values))
        case .texts(let values): return values.reduce(0) { $0 + ProtoWriter.delimitedSize($1.utf8.count) }
        }
    }

    private static func packedSize(_ values: [Int64]) -> Int {
        values.reduce(0) { $0 + ProtoWriter.varintSize(UInt64(bitPattern: $1)) }
    }

    private static func write(values elements: ResponseTensor.Elements, to writer: inout ProtoWriter) {
        switch elements {
        case .floats(let values):
            guard !values.isEmpty else { return }
            writer.header(3, count: values.count * 4)
            values.withUnsafeBytes { writer.raw($0) }
        case .ints(let values):
            guard !values.isEmpty else { return }
            writer.header(7, count: packedSize(values))
            for value in values { writer.varint(UInt64(bitPattern: value)) }
        case .texts(let values):
            for value in values { writer.string(6, value) }
        }
    }
}
