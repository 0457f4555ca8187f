import SlipwayProtocol
import Testing

@testable import SlipwayLoad

struct ProtoRequestTests {
    /// Bytes as protobuf's own encoder writes them.
    @Test func bytesAreThoseOfTheSchema() {
        var request = ProtoRequest()
        request.user("u", .whole(-1))
        request.item("i", [.text("x"), .float(0.5)])
        request.candidates(["7"])
        #expect(
            request.bytes == [
                // user_features: "u" → long_feature -1
                0x12, 0x10, 0x0a, 0x01, 0x75, 0x12, 0x0b, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                0x01,
                // item_features: "i" → string_feature "x", float_feature 0.5
                0x32, 0x11, 0x0a, 0x01, 0x69, 0x12, 0x0c, 0x0a, 0x03, 0x1a, 0x01, 0x78, 0x0a, 0x05, 0x25, 0x00, 0x00,
                0x00,
                0x3f,
                // item_ids
                0x1a, 0x01, 0x37,
            ])
    }

    @Test func valuesOfEveryFormAreRead() throws {
        let values: [(ProtoRequest.Value, UInt8)] = [
            (.wholes([1, 2]), 22), (.floats([1]), 24), (.texts(["a"]), 23), (.wholeFloats([(3, 0.5)]), 9),
            (.textFloats([("k", 1)]), 14), (.floatLists([[1, 2], [3, 4]]), 29),
        ]
        var request = ProtoRequest()
        for (index, value) in values.enumerated() { request.user("f\(index)", value.0) }
        let bytes = ProtoRequest.settingDebugLevel(2, of: ProtoRequest.settingDebugLevel(100, of: request.bytes))
        try bytes.withUnsafeBytes { raw in
            var message = PredictMessage()
            try message.read(raw)
            #expect(message.debugLevel == 2)
            #expect(message.values.map(\.arm.number) == values.map(\.1))
        }
    }
}
