/// `grpc-timeout`: how long a caller waits for a call.
package enum GRPCTimeout {
    private static let nanoseconds: [UInt8: UInt64] = [
        UInt8(ascii: "H"): 3_600_000_000_000, UInt8(ascii: "M"): 60_000_000_000, UInt8(ascii: "S"): 1_000_000_000,
        UInt8(ascii: "m"): 1_000_000, UInt8(ascii: "u"): 1000, UInt8(ascii: "n"): 1,
    ]

    /// Longer ones are as good as none: some decades, which can be added to any time.
    private static let longest = UInt64(Int64.max / 4)

    /// Nanoseconds of one to eight digits and a unit; nil for other text.
    package static func nanoseconds(_ text: String) -> UInt64? {
        let bytes = Array(text.utf8)
        guard let unit = bytes.last.flatMap({ nanoseconds[$0] }), (2...9).contains(bytes.count) else { return nil }
        var number: UInt64 = 0
        for byte in bytes.dropLast() {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + UInt64(byte - 0x30)
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? longest : min(product, longest)
    }
}
