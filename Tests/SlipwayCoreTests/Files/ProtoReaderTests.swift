import Testing

@testable import SlipwayCore

@Suite struct ProtoReaderTests {
    /// Field 1 = 150, field 2 = "hi", field 3 = 1.0 as fixed32, field 4 = 2 as fixed64; the encoding of the protobuf guide.
    @Test func everyWireType() {
        let bytes: [UInt8] = [
            0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69, 0x1d, 0, 0, 0x80, 0x3f, 0x21, 2, 0, 0, 0, 0, 0, 0, 0,
        ]
        var reader = ProtoReader(bytes)
        var found: [String] = []
        while let field = reader.next() {
            switch field.value {
            case .number(let value): found.append("\(field.number) number \(value)")
            case .bytes(let value): found.append("\(field.number) bytes \(value)")
            case .fixed32(let value): found.append("\(field.number) float \(Float(bitPattern: value))")
            case .fixed64(let value): found.append("\(field.number) fixed \(value)")
            }
        }
        #expect(found == ["1 number 150", "2 bytes [104, 105]", "3 float 1.0", "4 fixed 2"])
        #expect(reader.isWhole && reader.position == bytes.count)
    }

    @Test(
        arguments: [
            [0x08], [0x12, 0x05, 0x61], [0x1d, 0, 0], [0x0b], [0x00, 0x01], [UInt8](repeating: 0xff, count: 12),
        ] as [[UInt8]])
    func brokenBytesStop(_ bytes: [UInt8]) {
        var reader = ProtoReader(bytes)
        #expect(reader.next() == nil)
        #expect(!reader.isWhole)
        #expect(reader.next() == nil)
    }
}
