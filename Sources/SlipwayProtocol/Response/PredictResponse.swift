import SlipwayCore

/// A `PBResponse` as a client reads it.
///
/// Source: `torchrec_predict.proto` and `pytorch_predict.proto` of eas-prediction 0.36.
package struct PredictResponse: Sendable, Equatable {
    package struct Output: Sendable, Equatable {
        package enum Values: Sendable, Equatable {
            case numbers([Double])
            case wholes([Int64])
            case texts([String])
        }

        package var name: String
        package var shape: [Int]
        package var values: Values

        package init(name: String, shape: [Int], values: Values) {
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    /// By name.
    package var outputs: [Output] = []
    package var generatedFeatures: [LogRecord.FeatureText] = []
    package var rawFeatures: [LogRecord.FeatureText] = []
    package var itemIDs: [String] = []

    package init() {}

    /// Reads a message. Throws `corrupt` naming the byte.
    package init(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            var scan = ProtoScanner(bytes)
            while let field = try scan.next() {
                switch field.number {
                case 1: outputs.append(try Self.output(bytes, try scan.delimited(field)))
                case 2: generatedFeatures.append(try LogRecord.FeatureText(bytes, try scan.delimited(field)))
                case 3: rawFeatures.append(try LogRecord.FeatureText(bytes, try scan.delimited(field)))
                case 4: itemIDs.append(String(decoding: bytes[try scan.delimited(field)], as: UTF8.self))
                default: try scan.skip(field)
                }
            }
        }
        outputs.sort { $0.name < $1.name }
    }

    private static func output(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> Output {
        let (key, value) = try ProtoScanner.entry(bytes, range)
        var output = Output(
            name: String(decoding: bytes[key], as: UTF8.self), shape: [], values: .numbers([]))
        var scan = ProtoScanner(bytes, value)
        var numbers: [Double] = []
        var wholes: [Int64] = []
        var texts: [String] = []
        while let field = try scan.next() {
            switch field.number {
            case 2: output.shape = try shape(bytes, try scan.delimited(field))
            case 3:
                try packed(field, &scan, bytes, 5) { numbers.append(Double(Float(bitPattern: try $0.fixed32()))) }
            case 4: try packed(field, &scan, bytes, 1) { numbers.append(Double(bitPattern: try $0.fixed64())) }
            case 5, 7: try packed(field, &scan, bytes, 0) { wholes.append(Int64(bitPattern: try $0.varint())) }
            case 6: texts.append(String(decoding: bytes[try scan.delimited(field)], as: UTF8.self))
            default: try scan.skip(field)
            }
        }
        output.values = !texts.isEmpty ? .texts(texts) : !wholes.isEmpty ? .wholes(wholes) : .numbers(numbers)
        return output
    }

    private static func shape(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> [Int] {
        var scan = ProtoScanner(bytes, range)
        var sizes: [Int] = []
        while let field = try scan.next() {
            guard field.number == 1 else {
                try scan.skip(field)
                continue
            }
            try packed(field, &scan, bytes, 0) { sizes.append(Int(truncatingIfNeeded: try $0.varint())) }
        }
        return sizes
    }

    /// Values of a repeated number, packed or one by one.
    private static func packed(
        _ field: ProtoScanner.Field, _ scan: inout ProtoScanner, _ bytes: UnsafeRawBufferPointer, _ wireType: UInt8,
        _ take: (inout ProtoScanner) throws -> Void
    ) throws {
        if field.wireType == wireType { return try take(&scan) }
        var inner = ProtoScanner(bytes, try scan.delimited(field))
        while !inner.isAtEnd { try take(&inner) }
    }
}
