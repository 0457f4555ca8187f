import SlipwayProtocol
import SlipwayTestSupport
import Testing

struct PredictReplyTests {
    @Test func everyFieldIsWritten() throws {
        var reply = PredictReply()
        reply.outputs = [
            ResponseTensor(name: "probs", shape: [2], elements: .floats([0.25, -1])),
            ResponseTensor(name: "codes", shape: [2, 2], elements: .ints([1, -2, 300, 4])),
            ResponseTensor(name: "none", shape: [0], elements: .floats([])),
        ]
        reply.generatedFeatures = [("a", "f:1")]
        reply.rawFeatures = [("a", "r:2")]
        reply.passThrough = [("model_version", "7-x")]
        let request = Array("xxa1bbb".utf8)
        let bytes = request.withUnsafeBytes { reply.encoded(itemIDs: [2..<4, 4..<7], in: $0) }
        let found = try #require(ResponseFields(bytes))
        #expect(found.outputs["probs"] == .init(dtype: 1, shape: [2], floats: [0.25, -1], hasShape: true))
        #expect(found.outputs["codes"] == .init(dtype: 9, shape: [2, 2], ints: [1, -2, 300, 4], hasShape: true))
        #expect(found.outputs["none"] == .init(dtype: 1, shape: [0], hasShape: true))
        #expect(found.itemIDs == ["a1", "bbb"])
        #expect(found.generated == ["a": "f:1"])
        #expect(found.raw == ["a": "r:2"])
        #expect(found.passThrough == ["model_version": "7-x"])
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 1 << 21, UInt64.max] as [UInt64])
    func varintSizesAreThoseWritten(_ value: UInt64) {
        #expect(ProtoWriter.varintSize(value) == varint(value).count)
        var writer = ProtoWriter()
        writer.varint(value)
        #expect(writer.bytes == varint(value))
    }

    @Test func logRecordsAreFoundAgain() throws {
        var first = RequestBytes()
        first.ids(["a"])
        var second = RequestBytes()
        second.debugLevel(1)
        let records = [
            LogRecord(request: first.bytes, rawFeatures: [.init(id: "a", text: "x:1")], arrivalUs: 0x0102_0304),
            LogRecord(request: second.bytes, generatedFeatures: [.init(id: "a", text: "y:2")]),
        ]
        let log = records.flatMap { $0.delimited() }
        // The time stands in field 1000, eight bytes long.
        #expect(
            records[0].delimited().suffix(10) == [0xc1, 0x3e, 4, 3, 2, 1, 0, 0, 0, 0])
        try log.withUnsafeBytes { raw in
            let places = try LogRecord.places(in: raw)
            #expect(places.map(\.arrivalUs) == [0x0102_0304, nil])
            #expect(try places.map { try LogRecord(in: raw, at: $0) } == records)
        }
        func requests(_ bytes: [UInt8]) throws -> [[UInt8]] {
            try bytes.withUnsafeBytes { raw in try LogRecord.places(in: raw).map { Array(raw[$0.request]) } }
        }
        #expect(try requests(log) == [first.bytes, second.bytes])
        // A last record that is cut short, one record alone, a bare request.
        #expect(try requests(Array(log.dropLast(2))) == [first.bytes])
        #expect(try requests(field(1, first.bytes)) == [first.bytes])
        #expect(try requests(second.bytes) == [second.bytes])
        #expect(try requests([]) == [])
        #expect(throws: (any Error).self) { try requests([0xff, 0xff, 0xff]) }
    }
}

struct PredictResponseTests {
    /// Written by hand as protobuf has it: packed and not, of every type of number.
    @Test func everyFieldIsRead() throws {
        func array(_ content: [UInt8], name: String) -> [UInt8] {
            field(1, field(1, Array(name.utf8)) + field(2, content))
        }
        let bytes =
            array(
                tag(1, 0) + [1] + field(2, field(1, [2, 1]))
                    + field(3, little(Float(0.5).bitPattern) + little(Float(2).bitPattern)), name: "f")
            + array(field(2, field(1, [1])) + tag(4, 1) + little((-0.25).bitPattern), name: "d")
            + array(field(2, tag(1, 0) + [2]) + field(7, [3] + varint(UInt64(bitPattern: -1))), name: "i")
            + array(field(6, Array("x".utf8)), name: "s")
            + field(2, field(1, Array("a".utf8)) + field(2, Array("g:1".utf8)))
            + field(3, field(1, Array("a".utf8)) + field(2, Array("r:1".utf8)))
            + field(4, Array("a".utf8)) + field(99, [1])
        let found = try PredictResponse(bytes)
        #expect(
            found.outputs == [
                .init(name: "d", shape: [1], values: .numbers([-0.25])),
                .init(name: "f", shape: [2, 1], values: .numbers([0.5, 2])),
                .init(name: "i", shape: [2], values: .wholes([3, -1])),
                .init(name: "s", shape: [], values: .texts(["x"])),
            ])
        #expect(found.generatedFeatures == [.init(id: "a", text: "g:1")])
        #expect(found.rawFeatures == [.init(id: "a", text: "r:1")])
        #expect(found.itemIDs == ["a"])
        #expect(try PredictResponse([]) == PredictResponse())
    }

    @Test func damagedAnswersAreRefusedOrRead() throws {
        var reply = PredictReply()
        reply.outputs = [ResponseTensor(name: "probs", shape: [2], elements: .floats([0.25, -1]))]
        reply.generatedFeatures = [("a", "f:1")]
        let whole = reply.encoded(itemIDs: [], in: UnsafeRawBufferPointer(start: nil, count: 0))
        var numbers = SeededRandom(seed: 9)
        for _ in 0..<Fuzz.count(2000) { _ = try? PredictResponse(damaged(whole, &numbers)) }
        #expect(throws: (any Error).self) { try PredictResponse(Array("{\"code\":500}".utf8)) }
    }
}
