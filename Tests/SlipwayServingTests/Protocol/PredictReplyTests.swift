import SlipwayProtocol
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
        let log =
            LogRecord.delimited(request: first.bytes, rawFeatures: [("a", "x:1")], generatedFeatures: [])
            + LogRecord.delimited(request: second.bytes, rawFeatures: [], generatedFeatures: [("a", "y:2")])
        func requests(_ bytes: [UInt8]) throws -> [[UInt8]] {
            try bytes.withUnsafeBytes { raw in try LogRecord.requests(in: raw).map { Array(raw[$0]) } }
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
